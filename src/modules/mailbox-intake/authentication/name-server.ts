import { Resolver } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';

/** One question takes at most this long; there are two tries. */
const QUESTION_TIMEOUT_MS = 1_500;
const TRIES = 2;
const KEPT_MS = 5 * 60_000;
/** Answers kept at a time, the oldest go first: a flood of invented domains fills no memory. */
const KEPT_ANSWERS = 5_000;
/** "There is no such name" is an answer as well; a silent server is none. */
const NO_SUCH_RECORD: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

type Records = string[] | string[][];

interface Kept {
  readonly until: number;
  readonly answer: Promise<Records>;
}

/** The questions to DNS that verifying a sender needs. Answers, empty ones too, are kept for five minutes. */
@Injectable()
export class NameServer {
  private readonly kept = new Map<string, Kept>();

  /** Records of a name. Rejects with the resolver's own error (`code`: ENOTFOUND, ETIMEOUT, …). */
  query(name: string, type: string): Promise<Records> {
    const key = `${type} ${name.toLowerCase()}`;
    const now = performance.now();
    const known = this.kept.get(key);
    if (known !== undefined && known.until > now) return known.answer;
    const answer = this.ask(name, type);
    this.kept.delete(key);
    this.kept.set(key, { until: now + KEPT_MS, answer });
    if (this.kept.size > KEPT_ANSWERS) this.kept.delete(this.kept.keys().next().value!);
    answer.catch((error: unknown) => {
      const code = (error as { code?: unknown } | null)?.code;
      if (!NO_SUCH_RECORD.has(String(code))) this.kept.delete(key);
    });
    return answer;
  }

  /** One question, not kept. */
  protected ask(name: string, type: string): Promise<Records> {
    const resolver = new Resolver({ timeout: QUESTION_TIMEOUT_MS, tries: TRIES });
    return resolver.resolve(name, type) as Promise<Records>;
  }
}
