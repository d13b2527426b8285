import type { OperatorCommand } from '../../../cli/command.js';
import { storageCopy } from './storage-copy.js';
import { storageGc } from './storage-gc.js';
import { storageInfected, storageRelease } from './storage-infected.js';
import { storageVerify } from './storage-verify.js';

export const commands: readonly OperatorCommand[] = [
  storageVerify,
  storageGc,
  storageCopy,
  storageInfected,
  storageRelease,
];
