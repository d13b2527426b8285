import { AGE_BUCKETS } from './age.js';
import type { Cell } from './csv.js';
import {
  isInternal,
  type BacklogRow,
  type ClosuresRow,
  type CommentRow,
  type ComplianceRow,
  type FeedbackRow,
  type Group,
  type PeakHoursRow,
  type Report,
  type ReportName,
  type ReportRows,
  type TimesRow,
  type VolumeRow,
} from './report.js';
import {
  DIMENSION_WORDS,
  KIND_WORDS,
  MEASURE_WORDS,
  PERIOD_WORDS,
  WEEKDAY_WORDS,
} from './report-words.js';

/** One column of a spreadsheet: its pt-BR title and what stands in it. */
interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Cell;
}

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** The rows of a report as people put them into a spreadsheet. */
export function tableOf<Name extends ReportName>(
  name: Name,
  report: Report<ReportRows[Name]>,
  weekdays: readonly number[],
): Table {
  if (name === 'peak-hours') {
    return tableFrom(report, PEAK_COLUMNS, cellsOfPeaks(report as Report<PeakHoursRow>, weekdays));
  }
  return tableFrom(
    report,
    COLUMNS[name as Exclude<ReportName, 'peak-hours'>] as unknown as readonly Column<object>[],
    report.items,
  );
}

export function commentsTable(comments: readonly CommentRow[]): Table {
  const columns: readonly Column<CommentRow>[] = [
    { title: 'Data', cell: (row) => row.createdAt },
    { title: 'Chamado', cell: (row) => row.protocol },
    { title: 'Nota', cell: (row) => row.score },
    { title: 'Comentário', cell: (row) => row.comment },
    { title: 'Fila', cell: (row) => row.queue },
    { title: 'Motivo de contato', cell: (row) => row.reason },
    { title: 'Atendente', cell: (row) => row.agent },
  ];
  return cellsOf(columns, comments);
}

const COMPLIANCE: readonly Column<ComplianceRow>[] = [
  { title: 'Prazo', cell: (row) => KIND_WORDS[row.kind] ?? row.kind },
  { title: 'Meta interna', cell: (row) => (isInternal(row.kind) ? 'sim' : 'não') },
  { title: 'Total', cell: (row) => row.total },
  { title: 'Cumpridos', cell: (row) => row.met },
  { title: 'Descumpridos', cell: (row) => row.breached },
  { title: 'Descumpridos encerrados sem resposta', cell: (row) => row.breachedWithoutAnswer },
  { title: 'Em atraso', cell: (row) => row.runningLate },
  { title: 'Em andamento no prazo', cell: (row) => row.running },
  { title: 'Encerrados sem resposta', cell: (row) => row.withoutAnswer },
  { title: 'Cancelados', cell: (row) => row.calledOff },
  { title: 'Com resposta devolvida', cell: (row) => row.revoked },
  {
    title: 'Cumprimento (%)',
    cell: (row) => (row.metShare === null ? null : rounded(row.metShare * 100)),
  },
];

const TIMES: readonly Column<TimesRow>[] = [
  { title: 'Medida', cell: (row) => MEASURE_WORDS[row.measure] },
  { title: 'Quantidade', cell: (row) => row.count },
  { title: 'Mediana (horas úteis)', cell: (row) => rounded(row.medianMinutes / 60) },
  { title: 'Percentil 90 (horas úteis)', cell: (row) => rounded(row.p90Minutes / 60) },
  { title: 'Média (horas úteis)', cell: (row) => rounded(row.meanMinutes / 60) },
];

const CLOSURES: readonly Column<ClosuresRow>[] = [
  { title: 'Resolvidos', cell: (row) => row.resolved },
  { title: 'Com resposta', cell: (row) => row.answered },
  { title: 'Sem resposta: spam', cell: (row) => row.spam },
  { title: 'Sem resposta: duplicado', cell: (row) => row.duplicate },
  { title: 'Sem resposta: fora do escopo', cell: (row) => row.outOfScope },
  { title: 'Sem resposta: não precisava', cell: (row) => row.noAnswerNeeded },
  { title: 'Sem resposta: cliente não retornou', cell: (row) => row.noResponse },
];

const VOLUME: readonly Column<VolumeRow>[] = [
  { title: 'Abertos', cell: (row) => row.opened },
  { title: 'Resolvidos', cell: (row) => row.resolved },
];

const BACKLOG: readonly Column<BacklogRow>[] = [
  { title: 'Abertos', cell: (row) => row.open },
  { title: 'Aguardando resposta', cell: (row) => row.awaitingCustomer },
  { title: 'Em atraso', cell: (row) => row.overdue },
  ...AGE_BUCKETS.flatMap(({ from, to }, index): Column<BacklogRow>[] => {
    const age =
      to === null
        ? `${from} dias úteis ou mais`
        : from === to
          ? `${from} dias úteis`
          : `${from} a ${to} dias úteis`;
    return [
      { title: `Abertos há ${age}`, cell: (row) => row.ages[index]?.open ?? 0 },
      { title: `Aguardando há ${age}`, cell: (row) => row.ages[index]?.awaitingCustomer ?? 0 },
    ];
  }),
  { title: 'Mais antigo recebido em', cell: (row) => row.oldestReceivedAt },
  { title: 'Mais antigo (dias úteis)', cell: (row) => row.oldestBusinessDays },
];

const FEEDBACK: readonly Column<FeedbackRow>[] = [
  { title: 'Avaliações', cell: (row) => row.count },
  { title: 'Nota média', cell: (row) => row.mean },
  ...[1, 2, 3, 4, 5].map((score): Column<FeedbackRow> => ({
    title: `Nota ${score}`,
    cell: (row) => row.scores[score - 1] ?? 0,
  })),
  { title: 'Com comentário', cell: (row) => row.comments },
];

const COLUMNS = {
  compliance: COMPLIANCE,
  times: TIMES,
  closures: CLOSURES,
  volume: VOLUME,
  backlog: BACKLOG,
  feedback: FEEDBACK,
} as const;

interface PeakCell {
  readonly group: Group | null;
  readonly weekday: number;
  readonly hour: number;
  readonly opened: number;
  /** How many of this weekday the range holds. */
  readonly days: number;
}

const PEAK_COLUMNS: readonly Column<PeakCell>[] = [
  { title: 'Dia da semana', cell: (row) => WEEKDAY_WORDS[row.weekday - 1]! },
  { title: 'Hora', cell: (row) => row.hour },
  { title: 'Abertos', cell: (row) => row.opened },
  {
    title: 'Média por dia',
    cell: (row) => (row.days === 0 ? null : rounded(row.opened / row.days)),
  },
];

function cellsOfPeaks(report: Report<PeakHoursRow>, weekdays: readonly number[]): PeakCell[] {
  return report.items.flatMap(({ group, heatmap }) =>
    heatmap.flatMap((hours, index) =>
      hours.map((opened, hour) => ({
        group,
        weekday: index + 1,
        hour,
        opened,
        days: weekdays[index] ?? 0,
      })),
    ),
  );
}

type Placed = { readonly group?: Group | null; readonly period?: string | null };

/** The report's own columns behind those that it was grouped by. */
function tableFrom<Row extends object>(
  head: Pick<Report<unknown>, 'groupBy' | 'period'>,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Table {
  const { groupBy, period } = head;
  const places: Column<Row>[] = [];
  if (groupBy !== null) {
    places.push({
      title: DIMENSION_WORDS[groupBy],
      cell: (row) => (row as Placed).group?.label ?? null,
    });
  }
  if (period !== null) {
    places.push({ title: PERIOD_WORDS[period], cell: (row) => (row as Placed).period ?? null });
  }
  return cellsOf([...places, ...columns], rows);
}

function cellsOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Table {
  return {
    header: columns.map(({ title }) => title),
    rows: rows.map((row) => columns.map(({ cell }) => cell(row))),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
