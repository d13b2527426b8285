/** What stands between cells; a decimal comma goes with the semicolon, as Brazilian spreadsheets read it. */
export const SEPARATORS = { semicolon: ';', comma: ',', tab: '\t' } as const;
export type Separator = keyof typeof SEPARATORS;

export type Cell = string | number | null;

/** Without it Excel reads UTF-8 as Windows-1252: "não" becomes "nÃ£o". */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * A table for spreadsheets (RFC 4180): UTF-8 with a byte order mark, lines end in CRLF, null is an empty cell. Numbers
 * have a decimal comma except between commas. Text that a spreadsheet would run as a formula is made text by an
 * apostrophe before it (OWASP, CSV injection): customers write comments, and names of queues come from people too.
 */
export function csvOf(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  separator: Separator,
): string {
  const mark = SEPARATORS[separator];
  const line = (cells: readonly Cell[]): string =>
    cells.map((cell) => written(cell, separator)).join(mark);
  return `${BYTE_ORDER_MARK}${[header, ...rows].map(line).join('\r\n')}\r\n`;
}

function written(cell: Cell, separator: Separator): string {
  if (cell === null) return '';
  if (typeof cell === 'number') {
    return separator === 'comma' ? String(cell) : String(cell).replace('.', ',');
  }
  const text = harmless(cell);
  return /[";,\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Signs that begin a formula, full-width ones included, also behind blanks and invisible characters, which some programs
 * trim; and the tab and line ends that move what follows into a cell of its own.
 */
const BEGINS_A_FORMULA = /^(?:[\t\r\n]|[\s\p{Cf}\p{Cc}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20|])/u;

function harmless(text: string): string {
  return BEGINS_A_FORMULA.test(text) ? `'${text}` : text;
}
