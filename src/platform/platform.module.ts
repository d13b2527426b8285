import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule, getDataSourceToken, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Alarms } from './alarms.js';
import { Background } from './background.js';
import { Clock, SystemClock } from './clock.js';
import { Database } from './database/database.js';
import { PLATFORM_ENTITIES } from './entities.js';
import { EventBus } from './events/event-bus.js';
import { EventDispatcher } from './events/event-dispatcher.js';
import { newId } from './ids.js';
import { Leases } from './leases.js';
import { Wakeups } from './wakeups.js';

/**
 * A process that hangs within a transaction holds what it locked, the row of its lease among it: the server ends such a
 * transaction before others wait too long to take over. Ours wait for the database alone, so none is ever idle so long.
 */
const ABANDONED_TRANSACTION_MS = 10_000;

export interface PlatformOptions {
  readonly databaseUrl: string;
  readonly clock?: Clock;
  /** Connections of this process's pool. */
  readonly poolSize?: number;
}

function connectionTo({ databaseUrl, poolSize }: PlatformOptions): TypeOrmModuleOptions {
  return {
    type: 'postgres',
    url: databaseUrl,
    autoLoadEntities: true,
    synchronize: false,
    migrationsRun: false,
    logging: false,
    // The supervisor starts us again, with back-off: waiting here would only hide the reason.
    retryAttempts: 1,
    extra: {
      max: poolSize ?? 10,
      idle_in_transaction_session_timeout: ABANDONED_TRANSACTION_MS,
    },
  };
}

/** Provides Database, Clock, EventBus, EventDispatcher, Leases, Alarms, Wakeups to every module. */
@Global()
@Module({})
export class PlatformModule {
  static forRoot(options: PlatformOptions): DynamicModule {
    const provide = [
      { provide: Clock, useValue: options.clock ?? new SystemClock() },
      { provide: Wakeups, useValue: new Wakeups() },
      {
        provide: Database,
        useFactory: (dataSource: DataSource) => new Database(dataSource),
        inject: [getDataSourceToken()],
      },
      {
        provide: EventBus,
        useFactory: (wakeups: Wakeups) => new EventBus(wakeups),
        inject: [Wakeups],
      },
      {
        provide: EventDispatcher,
        useFactory: (database: Database, bus: EventBus, wakeups: Wakeups) =>
          new EventDispatcher(database, bus, wakeups),
        inject: [Database, EventBus, Wakeups],
      },
      {
        provide: Background,
        useFactory: (dispatcher: EventDispatcher) => {
          const background = new Background();
          background.register('events', dispatcher);
          return background;
        },
        inject: [EventDispatcher],
      },
      {
        provide: Leases,
        useFactory: (database: Database) => new Leases(database, newId()),
        inject: [Database],
      },
      {
        provide: Alarms,
        useFactory: (database: Database, clock: Clock) => new Alarms(database, clock),
        inject: [Database, Clock],
      },
    ];
    return {
      module: PlatformModule,
      imports: [
        TypeOrmModule.forRoot(connectionTo(options)),
        TypeOrmModule.forFeature(PLATFORM_ENTITIES),
      ],
      providers: provide,
      exports: provide.map((provider) => provider.provide),
    };
  }
}
