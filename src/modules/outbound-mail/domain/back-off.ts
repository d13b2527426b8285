const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** RFC 5321 §4.5.4.1: "the give-up time generally needs to be at least 4-5 days". */
export const GIVE_UP_AFTER_MS = 5 * 24 * HOUR_MS;

/** A 4xx is about this mail or recipient (greylisting asks for minutes): minutes first, hours later, for days. */
const REFUSED_FOR_NOW_MS = [1, 2, 5, 10, 20, 40, 80, 160].map((minutes) => minutes * MINUTE_MS);
/** A network fault is about the server, which may be back in seconds: the first tries come sooner. */
const NETWORK_FAULT_MS = [10_000, 30_000, ...REFUSED_FOR_NOW_MS];
const LONGEST_MS = 4 * HOUR_MS;

/**
 * How long to wait after the `tries`-th temporary failure (from 1) of a mail. `code` is the SMTP answer's, null for a
 * network fault.
 */
export function retryDelayMs(tries: number, code: number | null): number {
  const schedule = code === null ? NETWORK_FAULT_MS : REFUSED_FOR_NOW_MS;
  return schedule[Math.max(1, tries) - 1] ?? LONGEST_MS;
}

const COPY_MS = [0.5, 1, 2, 4, 8, 15, 30].map((minutes) => minutes * MINUTE_MS);

/** How long to wait after the `tries`-th failure (from 1) to file the copy of a mail in Sent. */
export function copyRetryMs(tries: number): number {
  return COPY_MS[Math.max(1, tries) - 1] ?? HOUR_MS;
}

/** A provider that files sent mail itself has done so by then: looked for first, it is not doubled. */
export const COPY_AFTER_MS = 15_000;
