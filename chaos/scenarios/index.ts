import type { Scenario } from '../scenario.js';
import { canary } from './canary.js';
import { imap } from './imap.js';
import { outbox } from './outbox.js';
import { postgres } from './postgres.js';
import { processes } from './processes.js';
import { reconciliation } from './reconciliation.js';
import { smtp } from './smtp.js';
import { storage } from './storage.js';

export const SCENARIOS: readonly Scenario[] = [
  ...processes,
  ...postgres,
  ...imap,
  ...smtp,
  ...storage,
  ...outbox,
  ...reconciliation,
  ...canary,
];
