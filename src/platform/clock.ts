/** The time, as an argument: whoever needs "now" takes a Clock through the constructor. */
export abstract class Clock {
  /** The present instant, millisecond precision. */
  abstract now(): Date;
}

/** The machine's own clock; the only place outside `launcher/` that reads it for product decisions. */
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}

/** A clock that stands still until told to move: an ordinary argument in tests. */
export class FixedClock extends Clock {
  constructor(private instant: Date) {
    super();
  }

  now(): Date {
    return new Date(this.instant);
  }

  set(instant: Date): void {
    this.instant = instant;
  }

  advanceMs(milliseconds: number): void {
    this.instant = new Date(this.instant.getTime() + milliseconds);
  }
}
