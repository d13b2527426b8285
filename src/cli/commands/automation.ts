import { Automation, type AutomationPause } from '../../config/index.js';
import { ConfiguredKeysStore } from '../../config/store/configured-keys.store.js';
import { Alarms, OperatorError, SystemClock, type Database } from '../../platform/index.js';
import {
  table,
  type CommandContext,
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
    options: [MAILBOX],
    async run(context, { options }) {
      const { automation, database } = await open(context);
      const mailbox = await mailboxKey(database, options['mailbox']);
      const lifted = await database.inTransaction((tx) => automation.resume(tx, mailbox));
      await show(
        context,
        automation,
        lifted
          ? `The pause of ${whose(mailbox)} is lifted.`
          : `There was no pause of ${whose(mailbox)}.`,
      );
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
