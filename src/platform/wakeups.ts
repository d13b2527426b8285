/**
 * Wakes sleepers of this process by topic, so that work written a moment ago is taken up at once. Other processes
 * find the same work by polling: a lost wake-up costs a poll interval, never work.
 */
export class Wakeups {
  private readonly sleepers = new Map<string, Set<() => void>>();
  private readonly counts = new Map<string, number>();

  /** Ends every `sleep` on this topic. */
  wake(topic: string): void {
    this.counts.set(topic, this.times(topic) + 1);
    for (const end of this.sleepers.get(topic) ?? []) end();
  }

  /** How often the topic was woken in this process: for who must not miss a wake-up that comes while it is at work. */
  times(topic: string): number {
    return this.counts.get(topic) ?? 0;
  }

  /** Resolves after `milliseconds`, at a `wake(topic)` or when `signal` aborts, whichever comes first. */
  sleep(topic: string, milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const set = this.sleepers.get(topic) ?? new Set();
      this.sleepers.set(topic, set);
      const end = (): void => {
        clearTimeout(timer);
        set.delete(end);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      set.add(end);
      signal?.addEventListener('abort', end, { once: true });
    });
  }
}
