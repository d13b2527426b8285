import {
  CalendarConfig,
  CurrentConfig,
  DeadlinesConfig,
  type HelpdeskConfig,
} from '../../../src/config/index.js';
import { Calendars } from '../../../src/modules/business-calendar/index.js';
import { Sla, slaBreached, slaWarned, type ClockNews } from '../../../src/modules/sla/index.js';
import { ClockWatcher } from '../../../src/modules/sla/clock-watcher.js';
import { MeasureEnded } from '../../../src/modules/sla/measure-ended.js';
import { AnswerCommands } from '../../../src/modules/sla/commands/answer-commands.js';
import { EndClock } from '../../../src/modules/sla/commands/end-clock.js';
import { HoldClocks } from '../../../src/modules/sla/commands/hold-clocks.js';
import { MeasureTime } from '../../../src/modules/sla/commands/measure-time.js';
import { RecordAnswer } from '../../../src/modules/sla/commands/record-answer.js';
import { RevokeAnswer } from '../../../src/modules/sla/commands/revoke-answer.js';
import { StartClock } from '../../../src/modules/sla/commands/start-clock.js';
import { ClockStore } from '../../../src/modules/sla/store/clock.store.js';
import { MeasureStore } from '../../../src/modules/sla/store/measure.store.js';
import { PolicyVersionStore } from '../../../src/modules/sla/store/policy-version.store.js';
import { DueClockStore } from '../../../src/modules/sla/store/due-clock.store.js';
import { Background, type Tx } from '../../../src/platform/index.js';
import { calendarsOf } from '../../support/calendars.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';

/** The sla module on a database of its own, with what it needs of tickets and messages put in by SQL. */
export interface Desk extends FreshDatabase {
  readonly config: CurrentConfig;
  readonly sla: Sla;
  readonly calendars: Calendars;
  /** A second process: its own calendar cache and watcher. */
  anotherProcess(): { sla: Sla; calendars: Calendars; watcher: ClockWatcher };
  readonly watcher: ClockWatcher;
  readonly measureEnded: MeasureEnded;
  /** News that was published, in order, as a subscriber got it. */
  news(): Promise<{ topic: string; payload: ClockNews }[]>;
  configure(changes: {
    calendars?: Record<string, Partial<CalendarConfig>>;
    deadlines?: Partial<DeadlinesConfig>;
  }): void;
  ticket(): Promise<string>;
  message(ticketId: string, at: Date): Promise<string>;
  inTx<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
}

export const SUPPORT = { tags: [], reasonKey: null, queueKey: 'support', mailboxKey: 'suporte' };

/** An instant from the wall clock of São Paulo. */
export const at = (local: string): Date =>
  new Date(
    Temporal.PlainDateTime.from(local.replace(' ', 'T')).toZonedDateTime('America/Sao_Paulo')
      .epochMilliseconds,
  );

export async function openDesk(): Promise<Desk> {
  const fresh = await freshDatabase();
  const config = new CurrentConfig({ version: 1, config: configuration({}, {}) });
  const process = (): {
    sla: Sla;
    calendars: Calendars;
    watcher: ClockWatcher;
    measureEnded: MeasureEnded;
  } => {
    const { database, clock, bus, wakeups } = fresh;
    const calendars = calendarsOf(config, database, clock);
    const clocks = new ClockStore(database);
    const start = new StartClock(
      config,
      calendars,
      clocks,
      new PolicyVersionStore(clock),
      clock,
      wakeups,
    );
    const holding = new HoldClocks(clocks, calendars, wakeups);
    const measures = new MeasureStore();
    const measure = new MeasureTime(clocks, measures, calendars);
    const end = new EndClock(clocks, bus, holding, measure);
    return {
      calendars,
      measureEnded: new MeasureEnded(database, measure, measures, wakeups, new Background()),
      sla: new Sla(
        clocks,
        calendars,
        start,
        end,
        holding,
        new AnswerCommands(
          new RecordAnswer(clocks, end, start, holding),
          new RevokeAnswer(clocks, end, bus, holding),
        ),
      ),
      watcher: new ClockWatcher(
        database,
        new DueClockStore(database),
        bus,
        clock,
        wakeups,
        new Background(),
      ),
    };
  };
  fresh.bus.subscribe(slaWarned, 'spec', async () => undefined);
  fresh.bus.subscribe(slaBreached, 'spec', async () => undefined);
  await fresh.database.query(
    `insert into queues (key, name, private) values ('support', 'Suporte', false), ('product', 'Produto', false)`,
  );
  return {
    ...fresh,
    config,
    ...process(),
    anotherProcess: process,
    inTx: (work) => fresh.database.inTransaction(work),
    news: () =>
      fresh.database.query<{ topic: string; payload: ClockNews }>(
        'select topic, payload from events order by id',
      ),
    configure: ({ calendars = {}, deadlines = {} }) =>
      config.replace({
        version: config.version + 1,
        config: configuration(calendars, deadlines),
      }),
    ticket: async () => {
      const [row] = await fresh.database.query<{ id: string }>(
        `insert into tickets (subject, channel, queue_key, reason_decided_by, reason_confidence, created_at, received_at, last_activity_at)
         values ('x', 'email', 'support', 'none', 0, now(), now(), now()) returning id`,
      );
      return row!.id;
    },
    message: async (ticketId, receivedAt) => {
      const [row] = await fresh.database.query<{ id: string }>(
        `insert into messages (ticket_id, kind, author_kind, created_at, received_at)
         values ($1, 'inbound', 'customer', $2, $2) returning id`,
        [ticketId, receivedAt],
      );
      return row!.id;
    },
  };
}

function configuration(
  calendars: Record<string, Partial<CalendarConfig>>,
  deadlines: Partial<DeadlinesConfig>,
): HelpdeskConfig {
  return {
    calendars: Object.fromEntries(
      Object.entries(calendars).map(([name, changes]) => [
        name,
        Object.assign(new CalendarConfig(), changes),
      ]),
    ),
    deadlines: Object.assign(new DeadlinesConfig(), deadlines),
  } as HelpdeskConfig;
}
