/** A change to a built file of the product, made in memory when a process of the laboratory loads it. */
export interface Patch {
  /** Below the build folder. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** The product with other timers: what takes 15 s in production takes 1.5 s in the laboratory. Nothing else changes. */
export const SHORT_TIMERS: readonly Patch[] = [
  { file: 'src/platform/leases.js', from: 'ttlMs = 15_000', to: 'ttlMs = 1_500' },
  {
    file: 'src/modules/mailbox-intake/background/mailbox-watcher.js',
    from: 'LOOK_MS = 1_000',
    to: 'LOOK_MS = 200',
  },
  {
    file: 'src/modules/mailbox-intake/background/mailbox-shares.js',
    from: 'SETTLE_MS = 10_000',
    to: 'SETTLE_MS = 1_000',
  },
  {
    file: 'src/modules/mailbox-intake/background/mailbox-shares.js',
    from: 'PATIENCE_MS = 5_000',
    to: 'PATIENCE_MS = 500',
  },
  {
    file: 'src/modules/mailbox-intake/background/mailbox-shares.js',
    from: 'OVERTIME_MS = 60_000',
    to: 'OVERTIME_MS = 6_000',
  },
  {
    file: 'src/modules/mailbox-intake/domain/backoff.js',
    from: 'FIRST_MS = 1_000',
    to: 'FIRST_MS = 200',
  },
  {
    file: 'src/modules/mailbox-intake/domain/backoff.js',
    from: 'LIMIT_MS = 300_000',
    to: 'LIMIT_MS = 2_000',
  },
  {
    // Not a tenth: a process that is killed again and again lives for a second or three here.
    file: 'src/modules/mailbox-intake/background/mailbox-processor.js',
    from: 'QUIET_MS = 10_000',
    to: 'QUIET_MS = 4_000',
  },
  {
    file: 'src/modules/outbound-mail/sending/sender.js',
    from: 'HOUSEKEEPING_MS = 3_000',
    to: 'HOUSEKEEPING_MS = 500',
  },
];

/** Deliberately broken products, by name: the laboratory proves itself by catching every one of them. */
export const BROKEN: Readonly<Record<string, readonly Patch[]>> = {
  'cursor-before-commit': [
    {
      file: 'src/modules/mailbox-intake/commands/record-mail.js',
      from: `if (mails.length > 0) faultPoint('intake.fetched');`,
      to: `await this.database.inTransaction((tx)=>this.store.moveCursor(tx, where, cursor, now));
        cursor = { ...cursor, from: cursor.lastUid };
        if (mails.length > 0) faultPoint('intake.fetched');`,
    },
  ],
  'no-dedupe': [
    {
      file: 'src/modules/mailbox-intake/domain/decide.js',
      from: '    earlierCopy,\n',
      to: '',
    },
  ],
  'blind-resend': [
    {
      file: 'src/modules/outbound-mail/store/sending.store.js',
      from: `update outbox o set state = 'unknown', state_reason = $1,`,
      to: `update outbox o set state = 'queued', state_reason = $1, claimed_by = null, claimed_at = null,`,
    },
  ],
  'no-fencing': [
    {
      file: 'src/platform/leases.js',
      from: 'return rows.length === 1;',
      to: 'return rows.length >= 0;',
    },
    {
      // The cursor's own guard, which would hold without the lease as well.
      file: 'src/modules/mailbox-intake/store/recorded-mail.store.js',
      from: 'cursor.from ?? null',
      to: 'null',
    },
  ],
  'acknowledgement-outside': [
    {
      file: 'src/platform/database/database.js',
      from: 'async inTransaction(work) {',
      to: 'async inTransaction(work) {\n        globalThis.laboratoryDatabase = this;',
    },
    {
      file: 'src/modules/tickets/commands/acknowledge-ticket.js',
      from: 'await this.services.outbound.enqueue(tx, mail);',
      to: `tx.afterCommit(()=>setTimeout(()=>void globalThis.laboratoryDatabase.inTransaction((later)=>this.services.outbound.enqueue(later, mail)), 20));`,
    },
  ],
  'skipped-uid': [
    {
      file: 'src/modules/mailbox-intake/commands/sync-folder.js',
      from: 'return dated;',
      to: 'return dated.filter(({ uid })=>uid % 5 !== 3);',
    },
  ],
  'copy-without-look': [
    {
      file: 'src/modules/outbound-mail/sending/file-copy.js',
      from: 'if (await sent.find(mail) !== null) {',
      to: 'if (mail.id === null) {',
    },
  ],
  'resend-without-look': [
    {
      file: 'src/modules/outbound-mail/sending/unknown-mails.js',
      from: `const there = filedAt === null ? 'not_there' : 'there';`,
      to: `const there = 'not_there';`,
    },
    {
      file: 'src/modules/outbound-mail/store/unknown-mail.store.js',
      from: 'evidence: row.evidence && {',
      to: 'evidence: null && {',
    },
  ],
};
