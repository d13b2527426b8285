import { IsIn, IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { IsHost } from '../fields.js';

/** The virus scanner that looks at every file and every original. */
export class ClamdConfig {
  /** Path of clamd's Unix socket, for example `/run/clamav/clamd.ctl`; excludes `host`. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  socket?: string;

  /** Host where clamd listens; excludes `socket`. Its protocol is neither encrypted nor authenticated: a host of yours. */
  @IsOptional()
  @IsHost()
  host?: string;

  /** Port of `host`. Default 3310. */
  @IsInt()
  @Min(1)
  @Max(65_535)
  port: number = 3310;

  /**
   * Files that were not looked at yet, or are too large to be: `hold` keeps them back until they have been, `serve` gives
   * them out with a warning. What holds a virus is kept back either way. Default `hold`.
   */
  @IsIn(['hold', 'serve'])
  unscanned: 'hold' | 'serve' = 'hold';

  /** Larger files are not scanned; not above clamd's own `StreamMaxLength`. Bytes. Default 25 MiB, as clamd's. */
  @IsInt()
  @Min(1_024)
  @Max(4_294_967_295)
  maxBytes: number = 26_214_400;

  /** Seconds that clamd may be silent. Default 60. */
  @IsInt()
  @Min(1)
  @Max(3_600)
  timeoutSeconds: number = 60;
}
