import { IsBoolean, IsInt, Max, Min } from 'class-validator';

/** A probe: a small mail to the mailbox itself, by its own SMTP, whose way back through IMAP is measured. */
export class CanaryConfig {
  /** Minutes between two probes. Default 15. */
  @IsInt()
  @Min(1)
  @Max(1440)
  everyMinutes: number = 15;

  /** Seconds after which a probe that has not come back is an alarm. Default 300. */
  @IsInt()
  @Min(10)
  @Max(86_400)
  lateAfterSeconds: number = 300;

  /**
   * `true`: probes that have come back to the inbox are deleted from the server, they alone (`mode: live`, a server with
   * UIDPLUS). Default: they stay, as everything does (D22).
   */
  @IsBoolean()
  remove: boolean = false;
}
