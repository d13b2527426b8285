import { Automation, type AutomationPause } from '../../config/index.js';
import { ConfiguredKeysStore } from '../../config/store/configured-keys.store.js';
import {
  Alarms,
  OperatorError,
  SystemClock,
  type Database,
  type Tx,
} from '../../platform/index.js';
import { cancelWaitingMail } from '../store/waiting-mail.js';
import {
  table,
  type CommandContext,
  type CommandInput,
  type CommandOption,
  type OperatorCommand,
} from '../command.js';

const MAILBOX: CommandOption = {
  flags: '--mailbox <name>',
  description: 'only this mailbox; without it: all',
};

/** `automation pause|resume|status`: works on a database alone, so also while no process of the helpdesk runs. */
export const automationCommands: readonly OperatorCommand[] = [
  {
    name: 'automation pause',
    description: 'holds back automatic mail (acknowledgements, notices); answers of agents go on',
    options: [
      MAILBOX,
      {
        flags: '--reason <text>',
        description: 'for those who look later',
        default: 'paused by the operator',
      },
    ],
    async run(context, { options }) {
      const { automation, database } = await open(context);
      const mailbox = await mailboxKey(database, options['mailbox']);
      const reason = String(options['reason']);
      const isNew = await database.inTransaction((tx) =>
        automation.pause(tx, mailbox, { reason, by: 'cli' }),
      );
      await show(
        context,
        automation,
        isNew ? `Automatic mail of ${whose(mailbox)} is paused.` : `It was paused already.`,
      );
    },
  },
  {
    name: 'automation resume',
    description: 'lifts a pause; what waited is sent',
    options: [
      MAILBOX,
      {
        flags: '--waiting <what>',
        description:
          'after a restore: what becomes of automatic mail about what arrived before it, which may have left already',
        choices: ['cancel', 'send'],
      },
      {
        flags: '--until <instant>',
        description:
          'with --waiting cancel: when the lost helpdesk last worked (RFC 3339); what came later is acknowledged',
      },
    ],
    async run(context, { options }) {
      const { automation, database } = await open(context);
      const mailbox = await mailboxKey(database, options['mailbox']);
      const { lifted, cancelled } = await database.inTransaction(async (tx) => {
        await automation.holdStill(tx);
        const count = mailbox === null ? await settleRestore(tx, automation, options) : 0;
        return { lifted: await automation.resume(tx, mailbox), cancelled: count };
      });
      const sentence = lifted
        ? `The pause of ${whose(mailbox)} is lifted.`
        : `There was no pause of ${whose(mailbox)}.`;
      const further = cancelled > 0 ? ` ${cancelled} automatic mails were cancelled.` : '';
      await show(context, automation, sentence + further);
    },
  },
  {
    name: 'automation status',
    description: 'shows the pauses that stand',
    async run(context) {
      const { automation } = await open(context);
      await show(context, automation, null);
    },
  },
];

/** D21: nobody is acknowledged twice. Returns how many mails were cancelled. */
async function settleRestore(
  tx: Tx,
  automation: Automation,
  { waiting, until }: CommandInput['options'],
): Promise<number> {
  const pause = await automation.ofRestore(tx);
  if (pause === null) return 0;
  if (waiting === undefined) {
    throw new OperatorError(
      'This helpdesk was restored: automatic mail that waits about what arrived before may have left already. Say --waiting cancel (nobody is written to twice), or --waiting send.',
    );
  }
  if (waiting !== 'cancel') return 0;
  const cut = typeof until === 'string' ? new Date(until) : pause.pausedAt;
  if (Number.isNaN(cut.getTime()) || cut > pause.pausedAt) {
    throw new OperatorError(
      `--until must be an instant such as ${pause.pausedAt.toISOString()}, not after the restore.`,
    );
  }
  return cancelWaitingMail(tx, cut);
}

async function open(
  context: CommandContext,
): Promise<{ automation: Automation; database: Database }> {
  const database = await context.database();
  const clock = new SystemClock();
  return { database, automation: new Automation(database, clock, new Alarms(database, clock)) };
}

/** null: all mailboxes. OperatorError with the known names for one that never was. */
async function mailboxKey(database: Database, given: unknown): Promise<string | null> {
  if (given === undefined) return null;
  const { mailboxes } = await new ConfiguredKeysStore().all(database);
  const found = mailboxes.find(({ key }) => key === given);
  if (found !== undefined) return found.key;
  const known = mailboxes.map(({ key }) => key).join(', ');
  throw new OperatorError(
    known === ''
      ? `There is no mailbox yet: start the helpdesk or run "config apply" first.`
      : `There is no such mailbox; there are ${known}.`,
  );
}

function whose(mailbox: string | null): string {
  return mailbox === null ? 'all mailboxes' : `mailbox ${mailbox}`;
}

async function show(
  context: CommandContext,
  automation: Automation,
  sentence: string | null,
): Promise<void> {
  const pauses = await automation.list();
  context.output.result({ pauses }, () => [
    ...(sentence === null ? [] : [sentence]),
    ...linesOf(pauses),
  ]);
}

function linesOf(pauses: readonly AutomationPause[]): string[] {
  if (pauses.length === 0) return ['Automatic mail is not paused.'];
  return table(
    ['paused', 'since', 'by', 'reason'],
    pauses.map(({ mailboxKey: key, pausedAt, pausedBy, reason }) => [
      whose(key),
      pausedAt,
      pausedBy,
      reason,
    ]),
  );
}
