import { newId, Leases, ReplyTokens, type Tx } from '../../../src/platform/index.js';
import { Automation, CurrentConfig, parseConfig } from '../../../src/config/index.js';
import type { HelpdeskConfig } from '../../../src/config/index.js';
import {
  Mailboxes,
  type OutgoingMail,
  type SendOutcome,
  type SmtpSender,
} from '../../../src/modules/mailboxes/index.js';
import { MailboxStartStore } from '../../../src/modules/mailboxes/store/mailbox-start.store.js';
import { MailboxStateStore } from '../../../src/modules/mailboxes/store/mailbox-state.store.js';
import { CancelMail } from '../../../src/modules/outbound-mail/commands/cancel-mail.js';
import { ConfirmMail } from '../../../src/modules/outbound-mail/commands/confirm-mail.js';
import { EnqueueMail } from '../../../src/modules/outbound-mail/commands/enqueue-mail.js';
import { GuardLoops } from '../../../src/modules/outbound-mail/commands/guard-loops.js';
import { GuardedOutbox } from '../../../src/modules/outbound-mail/commands/guarded-outbox.js';
import { RecordBounce } from '../../../src/modules/outbound-mail/commands/record-bounce.js';
import { RedirectWaitingMail } from '../../../src/modules/outbound-mail/commands/redirect-waiting-mail.js';
import { RetryMail } from '../../../src/modules/outbound-mail/commands/retry-mail.js';
import {
  Outbound,
  outboundChanged,
  outboundHeld,
  outboundFailed,
  outboundSent,
  type NewOutgoingMail,
} from '../../../src/modules/outbound-mail/index.js';
import { AutomaticCeiling } from '../../../src/modules/outbound-mail/sending/automatic-ceiling.js';
import { LaneReports } from '../../../src/modules/outbound-mail/sending/lane-reports.js';
import { ProcessLease } from '../../../src/modules/outbound-mail/sending/process-lease.js';
import { RecordOutcomes } from '../../../src/modules/outbound-mail/sending/record-outcomes.js';
import { Sender } from '../../../src/modules/outbound-mail/sending/sender.js';
import { SweepOrphans } from '../../../src/modules/outbound-mail/sending/sweep-orphans.js';
import {
  OutboxListStore,
  type OutboxEntry,
} from '../../../src/modules/outbound-mail/store/outbox-list.store.js';
import { LoopGuardStore } from '../../../src/modules/outbound-mail/store/loop-guard.store.js';
import { OutboxStore } from '../../../src/modules/outbound-mail/store/outbox.store.js';
import { UnknownMailStore } from '../../../src/modules/outbound-mail/store/unknown-mail.store.js';
import { SendingStore } from '../../../src/modules/outbound-mail/store/sending.store.js';
import { WaitingMailStore } from '../../../src/modules/outbound-mail/store/waiting-mail.store.js';
import { Queues } from '../../../src/modules/queues/index.js';
import { QueueStore } from '../../../src/modules/queues/store/queue.store.js';
import { calendarsOf } from '../../support/calendars.js';
import { blobStoreIn } from '../../support/blobs.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';

/** A server that answers what the spec says; every conversation is noted. */
export class ScriptedPost {
  readonly sent: { by: string; mailboxKey: string; mail: OutgoingMail }[] = [];
  answer: (mail: OutgoingMail) => SendOutcome | Promise<SendOutcome> = (mail) => taken(mail);

  sender(by: string): Pick<SmtpSender, 'send'> {
    return {
      send: async (mailboxKey, mail) => {
        this.sent.push({ by, mailboxKey, mail });
        return this.answer(mail);
      },
    };
  }

  to(address: string): OutgoingMail[] {
    return this.sent.map(({ mail }) => mail).filter((mail) => mail.envelope.to.includes(address));
  }
}

export function taken(mail: OutgoingMail, response = '250 2.0.0 Ok: queued as 4F2'): SendOutcome {
  const recipients = mail.envelope.to.map((address) => ({
    address,
    state: 'accepted' as const,
    code: 250,
    response: '250 2.1.5 Ok',
  }));
  return { kind: 'accepted', response, recipients };
}

export interface PostRoom extends FreshDatabase {
  readonly config: CurrentConfig;
  readonly post: ScriptedPost;
  readonly outbound: Outbound;
  readonly automation: Automation;
  readonly lists: OutboxListStore;
  readonly retry: RetryMail;
  readonly cancel: CancelMail;
  readonly confirm: ConfirmMail;
  /** The sender of one more process; `smtp` defaults to the scripted one. */
  process(smtp?: Pick<SmtpSender, 'send'>): {
    sender: Sender;
    lease: ProcessLease;
    ceiling: AutomaticCeiling;
    owner: string;
  };
  ticket(): Promise<string>;
  /** A ticket's message that a mail may carry. */
  message(ticketId: string): Promise<string>;
  enqueue(mail: Partial<NewOutgoingMail>): Promise<string>;
  entry(id: string): Promise<OutboxEntry>;
  /** The entry once it is in this state. */
  inState(id: string, state: OutboxEntry['state']): Promise<OutboxEntry>;
  news(): Promise<{ topic: string; payload: Record<string, unknown> }[]>;
  inTx<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  stop(): Promise<void>;
}

export function postConfig(mailboxYaml = '', extraYaml = '', port = 1): HelpdeskConfig {
  const result = parseConfig(
    `
company: { name: Empresa Teste, domains: [empresa.test] }
http: { publicUrl: 'http://127.0.0.1:3000' }
mailboxes:
  suporte:
    address: suporte@empresa.test
    aliases: [ajuda@empresa.test]
    queue: suporte
    imap: { host: 127.0.0.1, port: 1, tls: none, user: suporte, password: segredo }
    smtp: { host: 127.0.0.1, port: ${port}, tls: none, user: suporte, password: segredo }
    ${mailboxYaml}
  financeiro:
    address: financeiro@empresa.test
    queue: financeiro
    fixedReason: financeiro
    identity: { name: Financeiro da Empresa }
    imap: { host: 127.0.0.1, port: 1, tls: none, user: financeiro, password: segredo }
    smtp: { host: 127.0.0.1, port: ${port}, tls: none, user: financeiro, password: segredo }
${extraYaml}
`,
    { env: {}, baseDirectory: '.' },
  );
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.config;
}

/** The outbound-mail module on a database of its own, with a scripted server. */
export async function openPostRoom(config = postConfig()): Promise<PostRoom> {
  const fresh = await freshDatabase({ poolSize: 12 });
  const { database, clock, wakeups, bus, alarms } = fresh;
  const current = new CurrentConfig({ version: 1, config });
  const post = new ScriptedPost();
  const mailboxes = new Mailboxes(
    current,
    clock,
    new MailboxStateStore(database),
    new MailboxStartStore(database),
  );
  const store = new OutboxStore();
  const sending = new SendingStore(database);
  const lists = new OutboxListStore(database);
  const automation = new Automation(database, clock, alarms);
  const blobs = blobStoreIn({ database, alarms }, '/nowhere');
  const running: Sender[] = [];
  for (const topic of [outboundSent, outboundFailed, outboundChanged, outboundHeld]) {
    bus.subscribe(topic as typeof outboundSent, 'spec', async () => undefined);
  }
  await database.query(
    `insert into queues (key, name, private) values ('suporte', 'Suporte', false), ('financeiro', 'Financeiro', true)`,
  );
  await database.query(
    `insert into mailboxes (key, address, queue_key) values ('suporte', 'suporte@empresa.test', 'suporte'),
       ('financeiro', 'financeiro@empresa.test', 'financeiro')`,
  );
  const tokens = new ReplyTokens(() => [{ id: 'spec', secret: 's'.repeat(32) }]);
  const guard = new GuardLoops(new LoopGuardStore(), bus, alarms, database, clock, current);
  const calendars = calendarsOf(current, database, clock);
  const unknown = new UnknownMailStore(database);
  const confirm = new ConfirmMail(database, store, unknown, bus, clock, current);
  const outbound = new Outbound(
    new EnqueueMail(
      current,
      mailboxes,
      new GuardedOutbox(current, store, guard),
      wakeups,
      tokens,
      calendars,
    ),
    new RecordBounce(store, bus, confirm),
    store,
    lists,
    clock,
    guard,
  );
  const room: PostRoom = {
    ...fresh,
    config: current,
    post,
    outbound,
    automation,
    lists,
    retry: new RetryMail(
      database,
      store,
      mailboxes,
      bus,
      new RedirectWaitingMail(
        current,
        tokens,
        wakeups,
        new Queues(new QueueStore(database), clock),
        new WaitingMailStore(),
      ),
      clock,
    ),
    cancel: new CancelMail(database, store, bus, clock),
    confirm,
    process: (smtp) => {
      const leases = new Leases(database, newId(), 2_000);
      const lease = new ProcessLease(leases);
      const ceiling = new AutomaticCeiling(current, sending, database, automation, clock);
      const sender = new Sender(
        fresh.background,
        lease,
        new SweepOrphans(database, sending, lease, bus, clock),
        guard,
        {
          config: current,
          database,
          clock,
          wakeups,
          store: sending,
          outcomes: new RecordOutcomes(database, sending, store, bus, current),
          ceiling,
          reports: new LaneReports(mailboxes, alarms),
          smtp: smtp ?? post.sender(leases.owner),
          blobs,
          calendars,
        },
      );
      running.push(sender);
      return { sender, lease, ceiling, owner: leases.owner };
    },
    ticket: async () => {
      const [row] = await database.query<{ id: string }>(
        `insert into tickets (subject, channel, queue_key, reason_decided_by, reason_confidence, created_at, received_at, last_activity_at)
         values ('x', 'email', 'suporte', 'none', 0, now(), now(), now()) returning id`,
      );
      return row!.id;
    },
    message: async (ticketId) => {
      const [row] = await database.query<{ id: string }>(
        `insert into messages (ticket_id, kind, author_kind, created_at) values ($1, 'reply', 'agent', now()) returning id`,
        [ticketId],
      );
      return row!.id;
    },
    enqueue: async (mail) => {
      const made = await database.inTransaction((tx) =>
        outbound.enqueue(tx, newMail(clock.now(), mail)),
      );
      if (made === null) throw new Error('not written');
      return made.outboxId;
    },
    entry: async (id) => (await lists.byId(id, null))!,
    inState: (id, state) =>
      eventually(`mail ${id} is ${state}`, async () => {
        const entry = await lists.byId(id, null);
        return entry?.state === state ? entry : null;
      }),
    news: () =>
      database.query<{ topic: string; payload: Record<string, unknown> }>(
        'select topic, payload from events order by id',
      ),
    inTx: (work) => database.inTransaction(work),
    stop: async () => {
      await Promise.all(running.map((sender) => sender.stop()));
      await fresh.close();
    },
  };
  return room;
}

export function newMail(now: Date, mail: Partial<NewOutgoingMail>): NewOutgoingMail {
  return {
    mailboxKey: 'suporte',
    kind: 'reply',
    automatic: false,
    ticketId: null,
    ticketMessageId: null,
    dedupeKey: null,
    to: [{ address: 'ana@cliente.test', name: 'Ana' }],
    cc: [],
    content: { subject: 'Re: Meu site', text: 'Olá, Ana!\n', html: '<p>Olá, Ana!</p>' },
    references: [],
    attachments: [],
    now,
    ...mail,
  };
}

export const ACKNOWLEDGEMENT: Partial<NewOutgoingMail> = {
  kind: 'acknowledgement',
  automatic: true,
  content: { subject: 'Recebemos o seu chamado', text: 'Olá!\n', html: '<p>Olá!</p>' },
};
