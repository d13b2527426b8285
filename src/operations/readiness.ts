import { Injectable } from '@nestjs/common';
import { FiguresStore } from './store/figures.store.js';

const DATABASE_ANSWERS_WITHIN_MS = 2_000;

export type ReadinessAnswer =
  { readonly ready: true } | { readonly ready: false; readonly why: string };

/** Whether this process should get requests: wired, not on its way out, database in reach. */
@Injectable()
export class Readiness {
  private leaving = false;

  constructor(private readonly figures: FiguresStore) {}

  /** From now on a proxy should look for another process. */
  leave(): void {
    this.leaving = true;
  }

  async check(): Promise<ReadinessAnswer> {
    if (this.leaving) return { ready: false, why: 'stopping' };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), DATABASE_ANSWERS_WITHIN_MS);
    });
    const answered = await Promise.race([this.figures.reachable(), late]);
    clearTimeout(timer);
    return answered ? { ready: true } : { ready: false, why: 'database' };
  }
}
