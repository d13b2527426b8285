import { expect, it } from '@jest/globals';
import type { CurrentConfig } from '../../../config/index.js';
import type { Alarms, Clock } from '../../../platform/index.js';
import { sendLogsTo } from '../../../platform/logging.js';
import type { BlobStore } from '../../files/index.js';
import type { CopyToFile, SentCopyStore } from '../store/sent-copy.store.js';
import { FileCopy } from './file-copy.js';
import type { OpenSentFolder } from './sent-folder.js';

it('auto, where the server marks no Sent folder: no copy, said once for each mailbox', async () => {
  const lines: string[] = [];
  sendLogsTo((line) => lines.push(line));
  const done: unknown[][] = [];
  const store = { done: async (...what: unknown[]) => void done.push(what) };
  const folders = { sentCopy: 'auto' };
  const config = { get: () => ({ mailboxes: { suporte: { folders }, vendas: { folders } } }) };
  const file = new FileCopy(
    store as unknown as SentCopyStore,
    {} as BlobStore,
    {} as Clock,
    config as unknown as CurrentConfig,
    {} as Alarms,
  );
  for (const [mailboxKey, id] of [
    ['suporte', '1'],
    ['suporte', '2'],
    ['vendas', '3'],
  ]) {
    const sent = { folder: null, session: { mailboxKey } } as unknown as OpenSentFolder;
    await file.run(sent, { id } as CopyToFile, 1_000);
  }
  expect(done.map(([id, state]) => [id, state])).toEqual([
    ['1', 'failed'],
    ['2', 'failed'],
    ['3', 'failed'],
  ]);
  const said = lines.map((line) => JSON.parse(line) as { mailbox: string; msg: string });
  expect(said.map(({ mailbox }) => mailbox)).toEqual(['suporte', 'vendas']);
  expect(said[0]!.msg).toContain('folders.sent');
});
