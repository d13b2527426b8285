import { table, type OperatorCommand } from '../../../cli/command.js';
import { OperatorError } from '../../../platform/index.js';
import { FileScans } from '../file-scans.facade.js';
import { BlobScanStore } from '../store/blob-scan.store.js';

const LISTED = 1_000;

export const storageInfected: OperatorCommand = {
  name: 'storage infected',
  description:
    'lists files that hold a virus and files too large for the virus scanner, the newest first',
  async run(context) {
    const held = await (await context.get(BlobScanStore)).held(LISTED);
    context.output.result({ items: held }, () =>
      table(
        ['sha256', 'state', 'virus', 'found'],
        held.map((file) => [
          file.sha256,
          file.state,
          file.signature ?? '-',
          file.scannedAt.toISOString(),
        ]),
      ),
    );
  },
};

/** For a find that is none, and for what is too large to be looked at. What nobody may download over HTTP is given out only by who runs the machine. */
export const storageRelease: OperatorCommand = {
  name: 'storage release',
  description:
    'gives out a file that is held by mistake or too large for the virus scanner, for good',
  arguments: [{ name: 'sha256', description: 'as `storage infected` lists it' }],
  options: [
    {
      flags: '--reason <text>',
      description: 'why it is harmless; kept with the file',
      required: true,
    },
  ],
  async run(context, { arguments: { sha256 = '' }, options }) {
    const reason = String(options['reason'] as string).trim();
    if (!/^[0-9a-f]{64}$/i.test(sha256)) {
      throw new OperatorError(
        'Name the file by its sha256: 64 digits, as `storage infected` lists it.',
      );
    }
    if (reason === '') throw new OperatorError('--reason is empty: say why the file is harmless.');
    if (!(await (await context.get(FileScans)).release(sha256, reason))) {
      throw new OperatorError('No file with this sha256 is held as infected or too large.');
    }
    context.output.result({ sha256, released: true }, () => [
      `${sha256} is given out from now on.`,
    ]);
  },
};
