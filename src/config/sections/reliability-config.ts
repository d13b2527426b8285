import { IsBoolean, IsIn, IsInt, Max, Min } from 'class-validator';

/** How the servers are compared with what is recorded (D22). */
export class IntakeConfig {
  /** Hours between two comparisons of a mailbox; one more follows every start. Default 24. */
  @IsInt()
  @Min(1)
  @Max(720)
  reconcileEveryHours: number = 24;

  /** `true`: what a comparison finds missing is fetched by itself. The alarm stays until the next comparison. */
  @IsBoolean()
  reconcileFix: boolean = false;

  /** Minutes after which a recorded message that is not processed counts as a difference. Default 60. */
  @IsInt()
  @Min(5)
  @Max(10_080)
  unfinishedAfterMinutes: number = 60;
}

/** Outgoing mail. */
export class OutboxConfig {
  /**
   * Mail whose fate nobody knows (the connection ended when the message was complete) and of which no evidence is found:
   * `ask`: an agent decides. `assume_sent`: it counts as sent. `resend_once`: it is sent once more under the same
   * Message-ID, after the Sent folder was looked at; then an agent decides.
   */
  @IsIn(['ask', 'assume_sent', 'resend_once'])
  unknown: 'ask' | 'assume_sent' | 'resend_once' = 'ask';

  /** Minutes that are waited for evidence before the rule above decides. Default 30. */
  @IsInt()
  @Min(1)
  @Max(10_080)
  unknownAfterMinutes: number = 30;
}
