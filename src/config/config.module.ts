import {
  Global,
  Injectable,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Alarms, Clock, Database, OperatorError, Wakeups } from '../platform/index.js';
import { Automation } from './automation.facade.js';
import { ApplyConfig } from './commands/apply-config.js';
import { ConfigFollower, type ResolveVersion } from './config-follower.js';
import { CurrentConfig } from './current-config.js';
import {
  readConfigText,
  refusal,
  resolveDocument,
  type ConfigResult,
  type LoadedConfig,
} from './load.js';
import { AutomationPauseEntity } from './store/automation-pause.entity.js';
import { ConfigVersionEntity } from './store/config-version.entity.js';
import { ConfigVersionsStore } from './store/config-versions.store.js';
import { MailboxEntity } from './store/mailbox.entity.js';
import { QueueEntity } from './store/queue.entity.js';
import { ReasonEntity } from './store/reason.entity.js';

const ENTITIES = [
  ConfigVersionEntity,
  QueueEntity,
  ReasonEntity,
  MailboxEntity,
  AutomationPauseEntity,
];

export interface ConfigOptions {
  /** Where `${NAME}` is looked up: the process's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** HELPDESK_CONFIG; it need not exist where `apply` is not given. `${file:…}` starts from its folder. */
  readonly configFile: string;
  /** Written as the newest version before anything else starts; without it the newest version is taken as it is. */
  readonly apply?: LoadedConfig;
  /** For the record, with `apply`. Default `start`. */
  readonly appliedBy?: string;
}

/** Follows the configuration for as long as the application lives, in every role. */
@Injectable()
class FollowWhileRunning implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(private readonly follower: ConfigFollower) {}

  onApplicationBootstrap(): void {
    this.follower.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.follower.stop();
  }
}

/** Provides CurrentConfig, ApplyConfig and Automation to every module. */
@Global()
@Module({})
export class ConfigModule {
  /** For processes: the newest version of the database, followed live. */
  static forRoot(options: ConfigOptions): DynamicModule {
    const resolve = resolverFor(options);
    return ConfigModule.with([
      {
        provide: CurrentConfig,
        useFactory: (database: Database, apply: ApplyConfig) =>
          currentConfig(database, apply, options, resolve),
        inject: [Database, ApplyConfig],
      },
      {
        provide: ConfigFollower,
        useFactory: (
          database: Database,
          current: CurrentConfig,
          alarms: Alarms,
          wakeups: Wakeups,
        ) => new ConfigFollower(database, current, alarms, wakeups, resolve),
        inject: [Database, CurrentConfig, Alarms, Wakeups],
      },
      FollowWhileRunning,
    ]);
  }

  /** For specs: a given configuration, nothing followed. Its keys must have been applied if rows are to point at them. */
  static fixed(current: CurrentConfig): DynamicModule {
    return ConfigModule.with([{ provide: CurrentConfig, useValue: current }]);
  }

  private static with(providers: NonNullable<DynamicModule['providers']>): DynamicModule {
    return {
      module: ConfigModule,
      imports: [TypeOrmModule.forFeature(ENTITIES)],
      providers: [
        ...providers,
        Automation,
        {
          provide: ApplyConfig,
          useFactory: (database: Database, clock: Clock, wakeups: Wakeups) =>
            new ApplyConfig(database, clock, wakeups),
          inject: [Database, Clock, Wakeups],
        },
      ],
      exports: [CurrentConfig, ApplyConfig, Automation],
    };
  }
}

/** How this machine makes a configuration of a stored version: its own variables, files and helpdesk.yaml. */
export function resolverFor(options: Pick<ConfigOptions, 'env' | 'configFile'>): ResolveVersion {
  let lastText: string | undefined;
  return ({ document }) => {
    const resolveWith = (ownText: string | undefined): ConfigResult =>
      resolveDocument(document, {
        env: options.env,
        baseDirectory: path.dirname(path.resolve(options.configFile)),
        ...(ownText === undefined ? {} : { ownText }),
      });
    const ownText = existsSync(options.configFile) ? readConfigText(options.configFile) : undefined;
    const result = resolveWith(ownText);
    if (!('problems' in result)) {
      lastText = ownText;
      return result;
    }
    // The file is edited before it is applied: until then its former secrets in plain text stay good.
    const asBefore = resolveWith(lastText);
    return 'problems' in asBefore ? result : asBefore;
  };
}

/** The newest version, after writing `apply`. OperatorError where there is none, or where it cannot be used here. */
async function currentConfig(
  database: Database,
  apply: ApplyConfig,
  options: ConfigOptions,
  resolve: ResolveVersion,
): Promise<CurrentConfig> {
  if (options.apply !== undefined) await apply.run(options.apply, options.appliedBy ?? 'start');
  const newest = await new ConfigVersionsStore().newest(database);
  if (newest === null) {
    throw new OperatorError(
      `No configuration has been applied to this database yet: run "config apply" with a helpdesk.yaml, or start once with one.`,
    );
  }
  const result = resolve(newest);
  if ('problems' in result) throw refusal(result.problems, `version ${newest.version}`);
  return new CurrentConfig({ version: newest.version, config: result.config });
}
