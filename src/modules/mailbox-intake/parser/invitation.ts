/** What a calendar part is about (RFC 5545, RFC 5546). Instants stay as written: wall-clock time and its zone. */
export interface Invitation {
  readonly method: string;
  readonly summary: string;
  readonly start: string | null;
  readonly end: string | null;
  readonly location: string;
  readonly organizer: string;
}

/** Where times in UTC are shown. */
const ZONE = 'America/Sao_Paulo';
const MAX_LENGTH = 200_000;
const MAX_VALUE = 300;

interface Property {
  readonly value: string;
  readonly zone: string | null;
}

/** Reads the first event of a calendar part; null where it holds none. */
export function readInvitation(calendar: string): Invitation | null {
  const lines = calendar
    .slice(0, MAX_LENGTH)
    .replace(/\r?\n[ \t]/g, '')
    .split(/\r?\n/);
  const found = new Map<string, Property>();
  let within = '';
  for (const line of lines) {
    const property = /^([A-Z-]{1,40})((?:;[^:;"]{0,300}(?:"[^"]{0,300}")?){0,20}):(.*)$/i.exec(
      line,
    );
    if (property === null) continue;
    const name = property[1]!.toUpperCase();
    const value = property[3]!.trim();
    if (name === 'BEGIN') within = within === 'VALARM' ? within : value.toUpperCase();
    if (name === 'END' && value.toUpperCase() === 'VEVENT') break;
    if (name === 'END') within = value.toUpperCase() === 'VALARM' ? 'VEVENT' : '';
    if (within !== 'VEVENT' && name !== 'METHOD') continue;
    const zone = /;TZID="?([^;:"]+)/i.exec(property[2]!)?.[1] ?? null;
    if (!found.has(name)) found.set(name, { value: unescaped(value).slice(0, MAX_VALUE), zone });
  }
  if (!found.has('DTSTART') && !found.has('SUMMARY')) return null;
  const text = (name: string): string => found.get(name)?.value ?? '';
  return {
    method: text('METHOD').toUpperCase(),
    summary: text('SUMMARY'),
    start: timeOf(found.get('DTSTART')),
    end: timeOf(found.get('DTEND')),
    location: text('LOCATION'),
    organizer: text('ORGANIZER').replace(/^mailto:/i, ''),
  };
}

/** One line for people: what, when, where. */
export function invitationLine(invitation: Invitation): string {
  const { method, summary, start, end, location, organizer } = invitation;
  const what = {
    CANCEL: 'Convite cancelado',
    REPLY: 'Resposta a convite',
    COUNTER: 'Contraproposta de convite',
  }[method];
  const when =
    start === null ? '' : end === null ? start : `${start} até ${withoutSameDay(start, end)}`;
  return [
    `[${what ?? 'Convite'}: ${summary || 'sem título'}`,
    ...(when === '' ? [] : [`Quando: ${when}`]),
    ...(location === '' ? [] : [`Onde: ${location}`]),
    ...(organizer === '' ? [] : [`Organização: ${organizer}`]),
  ]
    .join(' · ')
    .concat(']');
}

function unescaped(value: string): string {
  return value
    .replace(/\\n/gi, ' ')
    .replace(/\\([,;\\])/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

/** `06/02/2026 14:00`, with the zone where it is another than ours; a day without time stays a day. */
function timeOf(property: Property | undefined): string | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d{0,2}(Z)?)?$/i.exec(property?.value ?? '');
  if (parts === null) return null;
  const [, year, month, day, hour, minute, utc] = parts;
  if (hour === undefined) return `${day}/${month}/${year}`;
  if (utc !== undefined) {
    const instant = new Date(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
    return Number.isNaN(instant.getTime()) ? null : `${inOurZone(instant)} (horário de Brasília)`;
  }
  const zone = property?.zone ?? null;
  const ours = zone === null || zone === ZONE || /^E\. South America/i.test(zone);
  return `${day}/${month}/${year} ${hour}:${minute}${ours ? '' : ` (${zone})`}`;
}

let formatter: Intl.DateTimeFormat | null = null;

function inOurZone(instant: Date): string {
  formatter ??= new Intl.DateTimeFormat('pt-BR', {
    timeZone: ZONE,
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  return formatter.format(instant).replace(',', '');
}

function withoutSameDay(start: string, end: string): string {
  return end.startsWith(start.slice(0, 10)) && end.length > 10 ? end.slice(11) : end;
}
