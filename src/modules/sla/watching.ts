/** Between the watcher and those who start clocks: how long it sleeps at most, and how it is woken sooner. */
export const WATCHER_POLL_MS = 15_000;
export const WATCHER_WAKEUP = 'sla-watcher';
