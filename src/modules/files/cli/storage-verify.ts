import { table, type OperatorCommand } from '../../../cli/command.js';
import { VerifyStorage } from '../commands/verify-storage.js';
import { StoragePlaces } from '../gateway/storage-places.js';

export const storageVerify: OperatorCommand = {
  name: 'storage verify',
  description:
    'reads every stored file and compares it with its hash; exit code 1 where one is broken or not moved yet',
  async run(context) {
    const verified = await (await context.get(VerifyStorage)).run();
    const { active, other } = await context.get(StoragePlaces);
    const { files, contents, broken, onlyInOther, withoutRow } = verified;
    context.output.result(verified, () => [
      `${files} files and ${contents} contents in the database are whole, ${broken.length} are broken; ${withoutRow} files have no row (yet).`,
      ...(onlyInOther === 0
        ? []
        : [
            `${onlyInOther} files lie only in ${other?.place}: keep that place until "storage copy --to ${active.name}" has brought them over.`,
          ]),
      ...(broken.length === 0
        ? []
        : table(
            ['sha256', 'file', 'why'],
            broken.map(({ sha256, location, why }) => [sha256, location ?? '(database)', why]),
          )),
    ]);
    return broken.length + onlyInOther === 0 ? 0 : 1;
  },
};
