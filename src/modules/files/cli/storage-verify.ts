import { table, type OperatorCommand } from '../../../cli/command.js';
import { VerifyStorage } from '../commands/verify-storage.js';

export const storageVerify: OperatorCommand = {
  name: 'storage verify',
  description:
    'reads every stored file and compares it with its hash; exit code 1 where one is broken',
  async run(context) {
    const verified = await (await context.get(VerifyStorage)).run();
    const { files, contents, broken, withoutRow } = verified;
    context.output.result(verified, () => [
      `${files} files and ${contents} contents in the database are whole, ${broken.length} are broken; ${withoutRow} files have no row (yet).`,
      ...(broken.length === 0
        ? []
        : table(
            ['sha256', 'file', 'why'],
            broken.map(({ sha256, location, why }) => [sha256, location ?? '(database)', why]),
          )),
    ]);
    return broken.length === 0 ? 0 : 1;
  },
};
