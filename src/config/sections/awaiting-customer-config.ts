import { IsBoolean, IsInt, Max, Min } from 'class-validator';

/**
 * Tickets that wait for the customer's answer: a reminder, and later they are resolved as `no_response`, with the last word
 * of a queue before its mailbox's, and of that before `automation`'s. Only waits that begin while it is on.
 */
export class AwaitingCustomerConfig {
  /** `false`: tickets wait as long as it takes, also where it is on elsewhere. */
  @IsBoolean()
  enabled: boolean = true;

  /** Business days of the ticket's calendar after our answer, counted as D15 says; the reminder leaves on the last one. */
  @IsInt()
  @Min(1)
  @Max(120)
  remindAfter: number = 3;

  /**
   * Business days after our answer; resolved when the last one is over, and never before `resolveAfter` less `remindAfter`
   * business days have passed since the reminder left.
   */
  @IsInt()
  @Min(2)
  @Max(240)
  resolveAfter: number = 6;
}
