import 'reflect-metadata';
import { plainToInstance, Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Matches, Max, Min, validateSync } from 'class-validator';
import os from 'node:os';
import path from 'node:path';
import type { ConfigProblem } from './problems.js';

export type ProcessRole = 'all' | 'api' | 'worker';

const ROLES: readonly ProcessRole[] = ['all', 'api', 'worker'];
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** A variable that is set to nothing counts as not set. */
const BlankIsUnset = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && value.trim() === '' ? undefined : value,
  );

/** The process variables as they are written. What they mean to the program is `Environment`. */
class ProcessVariables {
  @BlankIsUnset()
  @IsOptional()
  HELPDESK_CONFIG?: string;

  @BlankIsUnset()
  @IsOptional()
  HELPDESK_DATA?: string;

  @BlankIsUnset()
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\/\S+$/, {
    message: 'must look like postgres://user:password@host:5432/database',
  })
  DATABASE_URL?: string;

  @BlankIsUnset()
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value,
  )
  @IsInt({ message: 'must be a port number from 1 to 65535' })
  @Min(1, { message: 'must be a port number from 1 to 65535' })
  @Max(65_535, { message: 'must be a port number from 1 to 65535' })
  PORT?: number;

  @BlankIsUnset()
  @IsOptional()
  @IsIn(ROLES, { message: `must be one of ${ROLES.join(', ')}` })
  HELPDESK_ROLE?: ProcessRole;

  @BlankIsUnset()
  @IsOptional()
  @IsIn(LOG_LEVELS, { message: `must be one of ${LOG_LEVELS.join(', ')}` })
  LOG_LEVEL?: string;
}

/** What the process is told by its surroundings. Everything else stands in helpdesk.yaml. */
export interface Environment {
  /** HELPDESK_CONFIG, absolute. Default: helpdesk.yaml in the working folder. */
  readonly configFile: string;
  /** HELPDESK_DATA, absolute: embedded database and stored files. Default: $XDG_DATA_HOME/helpdesk, never in the checkout. */
  readonly dataDirectory: string;
  /** DATABASE_URL; null: the embedded PostgreSQL in `dataDirectory`. Holds a password: never to be logged. */
  readonly databaseUrl: string | null;
  /** PORT. Default 3000. */
  readonly port: number;
  /** HELPDESK_ROLE. Default `all`. */
  readonly role: ProcessRole;
  /** LOG_LEVEL. Default `info`. */
  readonly logLevel: string;
  /** All variables of the process: `${NAME}` in helpdesk.yaml looks here. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Where stored files lie unless `storage.directory` names another folder. */
export function defaultStorageDirectory(environment: Pick<Environment, 'dataDirectory'>): string {
  return path.join(environment.dataDirectory, 'files');
}

/**
 * Reads and checks the process variables; all problems at once, named by variable, without their values. Where there
 * are problems the environment holds defaults in their places, so that configuration can be checked in the same run.
 */
export function readEnvironment(
  source: Readonly<Record<string, string | undefined>> = process.env,
  workingFolder = process.cwd(),
): { environment: Environment; problems: ConfigProblem[] } {
  const variables = plainToInstance(ProcessVariables, {
    HELPDESK_CONFIG: source['HELPDESK_CONFIG'],
    HELPDESK_DATA: source['HELPDESK_DATA'],
    DATABASE_URL: source['DATABASE_URL'],
    PORT: source['PORT'],
    HELPDESK_ROLE: source['HELPDESK_ROLE'],
    LOG_LEVEL: source['LOG_LEVEL'],
  });
  const errors = validateSync(variables, { forbidUnknownValues: false });
  const problems = errors.map((error) => ({
    path: error.property,
    reason: Object.values(error.constraints ?? {})[0] ?? 'is not valid',
  }));
  const valid = <Key extends keyof ProcessVariables>(
    key: Key,
  ): ProcessVariables[Key] | undefined =>
    problems.some((problem) => problem.path === key) ? undefined : variables[key];
  const environment: Environment = {
    configFile: path.resolve(workingFolder, valid('HELPDESK_CONFIG') ?? 'helpdesk.yaml'),
    dataDirectory: path.resolve(workingFolder, valid('HELPDESK_DATA') ?? defaultData(source)),
    databaseUrl: valid('DATABASE_URL') ?? null,
    port: valid('PORT') ?? 3000,
    role: valid('HELPDESK_ROLE') ?? 'all',
    logLevel: valid('LOG_LEVEL') ?? 'info',
    variables: source,
  };
  return { environment, problems };
}

/** The XDG base directory specification: a relative XDG_DATA_HOME is to be ignored. */
function defaultData(source: Readonly<Record<string, string | undefined>>): string {
  const base = source['XDG_DATA_HOME'] ?? '';
  if (path.isAbsolute(base)) return path.join(base, 'helpdesk');
  return path.join(source['HOME'] || os.homedir(), '.local/share/helpdesk');
}
