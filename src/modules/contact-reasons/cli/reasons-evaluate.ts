import { existsSync, readFileSync } from 'node:fs';
import { table, type CommandContext, type OperatorCommand } from '../../../cli/command.js';
import { AutomationConfig, shippedReasons, type ReasonConfig } from '../../../config/index.js';
import { OperatorError } from '../../../platform/index.js';
import { ContactReasons } from '../contact-reasons.facade.js';
import {
  crossValidate,
  evaluate,
  judge,
  judgeByClues,
  type Evaluation,
  type Share,
} from '../domain/evaluate.js';
import type { LabelledMessage } from '../domain/labelled-message.js';
import { shippedCounts, shippedModel } from '../domain/shipped-model.js';

interface Ground {
  readonly reasons: Readonly<Record<string, ReasonConfig>>;
  readonly thresholds: { readonly decideAt: number; readonly proposeAt: number };
}

/** What `reasons evaluate --json` prints. */
export interface ReasonsEvaluated {
  /** Where the labelled messages came from, and which model judged them. */
  readonly messages: string;
  readonly model: string;
  readonly thresholds: Ground['thresholds'];
  readonly together: Evaluation;
  readonly cluesAlone: Evaluation;
}

/** `reasons evaluate`: how well contact reasons are inferred, against the clue rules alone. */
export const reasonsEvaluate: OperatorCommand = {
  name: 'reasons evaluate',
  description:
    'how often inferred reasons are right, with 95 % intervals, on tickets that agents have labelled',
  options: [
    {
      flags: '--test <file>',
      description:
        'judge the messages of this file (JSON lines: reason, subject, text; "none" for none) by the model that is shipped',
    },
    {
      flags: '--learnt',
      description: 'with --test: by the model in force, which has learnt from corrections',
    },
    {
      flags: '--train <file>',
      description: 'cross-validation within this file alone, from nothing',
    },
  ],
  async run(context, { options }) {
    const { test, train } = options;
    const ground = groundOf(context);
    const result =
      typeof test === 'string'
        ? await onFile(context, ground, test, options['learnt'] === true)
        : typeof train === 'string'
          ? withinFile(ground, train)
          : await onTickets(context, ground);
    context.output.result(result, () => inLines(result));
  },
};

/** Without a configuration the reasons out of the box are judged. */
function groundOf(context: CommandContext): Ground {
  if (!existsSync(context.environment.configFile)) {
    const { reasons } = new AutomationConfig();
    return { reasons: shippedReasons(), thresholds: reasons };
  }
  const { config } = context.configFile();
  const { decideAt, proposeAt } = config.automation.reasons;
  return { reasons: config.reasons, thresholds: { decideAt, proposeAt } };
}

async function onFile(
  context: CommandContext,
  { reasons, thresholds }: Ground,
  file: string,
  learnt: boolean,
): Promise<ReasonsEvaluated> {
  const messages = readLabelled(file, reasons);
  const inForce = learnt ? await inForceModel(context) : null;
  const { model, version } = inForce ?? { model: shippedModel(), version: 'shipped' };
  return {
    messages: file,
    model: version,
    thresholds,
    together: evaluate(judge(messages, reasons, { model, version, ...thresholds })),
    cluesAlone: evaluate(judgeByClues(messages, reasons)),
  };
}

async function inForceModel(context: CommandContext) {
  const contactReasons = await context.get(ContactReasons);
  await contactReasons.refresh();
  return contactReasons.classifier();
}

function withinFile({ reasons, thresholds }: Ground, file: string): ReasonsEvaluated {
  const messages = readLabelled(file, reasons);
  return {
    messages: file,
    model: 'ten-fold cross-validation within the file',
    thresholds,
    together: evaluate(crossValidate(messages, reasons, thresholds, null)),
    cluesAlone: evaluate(judgeByClues(messages, reasons)),
  };
}

async function onTickets(
  context: CommandContext,
  { reasons, thresholds }: Ground,
): Promise<ReasonsEvaluated> {
  const messages: LabelledMessage[] = [];
  const contactReasons = await context.get(ContactReasons);
  for await (const labelled of contactReasons.labelled()) messages.push(labelled);
  if (messages.length === 0) {
    throw new OperatorError(
      'No agent has set a reason on any ticket yet: nothing to evaluate. With --test FILE the messages of a file are judged.',
    );
  }
  const base = shippedCounts();
  return {
    messages: `${messages.length} tickets labelled by agents`,
    model: 'ten-fold cross-validation on top of the shipped model',
    thresholds,
    together: evaluate(crossValidate(messages, reasons, thresholds, base)),
    cluesAlone: evaluate(judgeByClues(messages, reasons)),
  };
}

function readLabelled(file: string, reasons: Ground['reasons']): LabelledMessage[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new OperatorError(`${file} cannot be read: ${(error as Error).message}`);
  }
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return [];
    const message = labelledIn(line);
    if (message === null)
      throw new OperatorError(
        `${file}, line ${at + 1}: expected {"reason": …, "subject": …, "text": …}.`,
      );
    if (message.reason !== null && reasons[message.reason] === undefined)
      throw new OperatorError(
        `${file}, line ${at + 1}: there is no reason "${message.reason}" in the configuration.`,
      );
    return [message];
  });
}

function labelledIn(line: string): LabelledMessage | null {
  try {
    const { reason, subject, text } = JSON.parse(line) as Record<string, unknown>;
    if (typeof reason !== 'string' || typeof subject !== 'string' || typeof text !== 'string')
      return null;
    return { reason: reason === 'none' ? null : reason, subject, text };
  } catch {
    return null;
  }
}

function inLines({
  messages,
  model,
  thresholds,
  together,
  cluesAlone,
}: ReasonsEvaluated): string[] {
  const rows = together.reasons.map((figures, at) => [
    figures.reason ?? '(none)',
    figures.messages,
    inWords(figures.decided),
    inWords(figures.right),
    inWords(figures.trusted),
    inWords(cluesAlone.reasons[at]!.right),
  ]);
  return [
    `messages   ${messages}`,
    `model      ${model}; decides at ${thresholds.decideAt}, proposes at ${thresholds.proposeAt}`,
    '',
    ...summary('clues and classifier', together),
    ...summary('clue rules alone', cluesAlone),
    '',
    ...table(['reason', 'messages', 'decided', 'right', 'trusted', 'right by clues alone'], rows),
    '',
    'decided: filed under some reason (none: rightly left alone). right: of those, under this one.',
    'trusted: of all that was filed under it, what belongs there. In brackets: 95 % intervals (Wilson).',
    '',
    ...table(
      ['confidence', 'filed', 'right'],
      together.calibration.map(({ from, to, right }) => [
        `${from}–${to}`,
        right.of,
        inWords(right),
      ]),
    ),
  ];
}

function summary(name: string, { decided, right, overall }: Evaluation): string[] {
  return [
    `${name}: ${inWords(right)} right of ${right.of} filed; ${inWords(decided)} of ${decided.of} messages with a reason decided; ${inWords(overall)} of all ${overall.of} as labelled`,
  ];
}

function inWords({ share, low, high }: Share): string {
  if (share === null || low === null || high === null) return '–';
  const percent = (value: number): string => (value * 100).toFixed(1);
  return `${percent(share)} % [${percent(low)}–${percent(high)}]`;
}
