import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process as it can be recognised later: a number alone is given to somebody else some day. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks between the machine's start and the process's (field 22 of /proc/PID/stat). */
  readonly startedTicks: string;
  /** Changes with every start of the machine. */
  readonly bootId: string;
}

interface ProcessStat {
  readonly command: string;
  /** One letter; `Z` is a zombie: dead, only not yet collected by its parent. */
  readonly state: string;
  readonly startedTicks: string;
}

/** What /proc says about a process; null where there is none. */
function statOf(pid: number): ProcessStat | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  // The command stands in parentheses and may hold any character, parentheses included: cut at the last one.
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  return {
    command: text.slice(text.indexOf('(') + 1, end),
    state: fields[0] ?? '',
    startedTicks: fields[19] ?? '',
  };
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/** This process, to be written down for others. */
export function ownIdentity(): ProcessIdentity {
  const stat = statOf(process.pid);
  return { pid: process.pid, startedTicks: stat?.startedTicks ?? '', bootId: bootId() };
}

/** True while exactly this process lives. A zombie is dead; so is a number that now belongs to another process. */
export function isAlive(identity: ProcessIdentity): boolean {
  const stat = statOf(identity.pid);
  return (
    stat !== null &&
    !'ZX'.includes(stat.state) &&
    stat.startedTicks === identity.startedTicks &&
    identity.bootId === bootId()
  );
}

/** True while `pid` is a living PostgreSQL process whose working folder is `cluster` (its real path). */
export function isPostgresOf(pid: number, cluster: string): boolean {
  const stat = statOf(pid);
  if (stat === null || 'ZX'.includes(stat.state) || stat.command !== 'postgres') return false;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === cluster;
  } catch {
    return false; // somebody else's process
  }
}

/** Living PostgreSQL processes (postmaster and its children) of this cluster. */
export function postgresProcessesOf(cluster: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isPostgresOf(pid, cluster));
}
