import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { configJsonSchema } from '../../config/schema/json-schema.js';
import { packageRoot } from '../../launcher/package-root.js';
import type { OperatorCommand } from '../command.js';

/** `config schema`: helpdesk.schema.json anew, for editors; made from the same classes that check the file. */
export const configSchema: OperatorCommand = {
  name: 'config schema',
  description:
    'writes helpdesk.schema.json (for editors) from the classes that check helpdesk.yaml',
  options: [{ flags: '--out <file>', description: 'another file; "-" prints it' }],
  async run({ output }, { options }) {
    const out = typeof options['out'] === 'string' ? options['out'] : 'helpdesk.schema.json';
    const root = packageRoot();
    const schema = configJsonSchema(path.join(root, 'src/config'));
    if (out === '-') {
      output.result(schema, () => JSON.stringify(schema, null, 2));
      return;
    }
    const file = path.resolve(root, out);
    writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
    output.result({ file }, () => `${file} is written.`);
  },
};
