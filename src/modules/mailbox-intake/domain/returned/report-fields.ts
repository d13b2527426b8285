/** The fields that one recipient has in a delivery report (RFC 3464 2.3), as far as they were given. */
export interface RecipientFields {
  /** Final first, then as it was given to the reporting system; lower case. */
  readonly addresses: readonly string[];
  /** `failed`, `delayed`, `delivered`, `relayed`, `expanded`, or what the system wrote; lower case. */
  readonly action: string | null;
  /** Enhanced status code (RFC 3463). */
  readonly status: string | null;
  readonly diagnostic: string | null;
}

const MAX_REPORT_LENGTH = 64 * 1024;
const MAX_GROUPS = 200;
const FIELD =
  /^[ \t>]{0,4}(original-recipient|final-recipient|x-actual-recipient|action|status|diagnostic-code|x-supplementary-info|reporting-mta|arrival-date|original-envelope-id|x-postfix-[\w-]{1,30}|remote-mta|last-attempt-date|final-log-id|will-retry-until|received-from-mta|dsn-gateway)[ \t]{0,10}:[ \t]*(.*)$/i;
const ADDRESS = /[^\s<>()[\]{};:,"']+@[^\s<>()[\]{};:,"']+/;

type Building = {
  final: string[];
  original: string[];
  action: string | null;
  status: string | null;
  diagnostic: string | null;
  openField: string;
};

/**
 * Reads the per-recipient groups of a `message/delivery-status` part, or of a report that a system wrote into its text.
 * Groups are told apart by the fields that repeat, for blank lines get lost and are added on the way.
 */
export function readReportFields(status: string): RecipientFields[] {
  const groups: Building[] = [];
  let group = fresh();
  const close = (): void => {
    if (hasContent(group) && groups.length < MAX_GROUPS) groups.push(group);
    group = fresh();
  };
  for (const line of status.slice(0, MAX_REPORT_LENGTH).split(/\r?\n/)) {
    const field = FIELD.exec(line);
    if (field === null) {
      if (/^[ \t]+\S/.test(line) && group.openField === 'diagnostic-code') {
        group.diagnostic = `${group.diagnostic ?? ''} ${line.trim()}`;
      } else if (line.trim() === '') {
        group.openField = '';
      }
      continue;
    }
    const name = field[1]!.toLowerCase();
    if (begins(group, name)) close();
    take(group, name, field[2]!.trim());
  }
  close();
  return groups.map(finished).filter((one) => one.addresses.length > 0 || one.action !== null);
}

function fresh(): Building {
  return { final: [], original: [], action: null, status: null, diagnostic: null, openField: '' };
}

function hasContent(group: Building): boolean {
  return group.final.length + group.original.length > 0 || group.action !== null;
}

/** A field that the group has already begins the next recipient's. */
function begins(group: Building, name: string): boolean {
  if (name === 'final-recipient') return group.final.length > 0;
  if (name === 'original-recipient')
    return group.original.length > 0 || (group.final.length > 0 && group.status !== null);
  return name === 'action' && group.action !== null;
}

function take(group: Building, name: string, value: string): void {
  group.openField = name;
  if (name === 'action') group.action = /^[a-z-]+/i.exec(value)?.[0].toLowerCase() ?? null;
  else if (name === 'status')
    group.status ??= /\d\.\d{1,3}\.\d{1,3}/.exec(value.slice(0, 100))?.[0] ?? null;
  else if (name === 'diagnostic-code') group.diagnostic ??= value;
  else if (name === 'original-recipient') add(group.original, value);
  else if (name === 'final-recipient' || name === 'x-actual-recipient') add(group.final, value);
}

/** `rfc822; <a@b>`; also without a type, and as xtext (RFC 3461 4: `+40` for `@`). */
function add(list: string[], value: string): void {
  const bare = value.slice(0, 1_000).replace(/^[\w-]+\s*;\s*/, '');
  const plain = bare.replace(/\+([0-9A-F]{2})/g, (all, hex: string) =>
    bare.includes('@') ? all : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const address = ADDRESS.exec(plain.replace(/^.*SMTP[:=]/i, ''))?.[0].toLowerCase();
  if (address !== undefined) list.push(address.replace(/\.+$/, ''));
}

function finished(group: Building): RecipientFields {
  return {
    addresses: [...new Set([...group.final, ...group.original])],
    action: group.action,
    status: group.status,
    diagnostic: group.diagnostic?.trim().slice(0, 2_000) ?? null,
  };
}
