import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { CurrentConfig } from '../../../config/index.js';
import { AppError, SignedLinks, Throttle } from '../../../platform/index.js';

const HOUR_MS = 3_600_000;

/** Who visits the portal: the address that a signed link was sent to (D8), or nobody known. */
@Injectable()
export class Visitors {
  constructor(
    private readonly links: SignedLinks,
    private readonly throttle: Throttle,
    private readonly config: CurrentConfig,
  ) {}

  /** The address, lower case; null without a token. AppError `unauthorized` for a wrong or expired one. */
  optional(request: Request, token: string | undefined): string | null {
    const presented = token ?? /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (presented === undefined || presented === '') return null;
    const address = this.links.verify('portal', presented);
    if (address === null) throw expired();
    return address;
  }

  /** The same, and `unauthorized` also without a token. */
  required(request: Request, token: string | undefined): string {
    const address = this.optional(request, token);
    if (address === null) throw expired();
    return address;
  }

  /** Counts a form against the machine it comes from and the address it names; AppError `too_many_requests`. */
  async countForm(request: Request, email: string): Promise<void> {
    const limit = this.config.get().limits.formSubmissionsPerHour;
    await this.throttle.hit({
      name: 'form.address',
      subject: request.ip ?? 'unknown',
      limit,
      windowMs: HOUR_MS,
    });
    await this.throttle.hit({ name: 'form.email', subject: email, limit, windowMs: HOUR_MS });
  }
}

function expired(): AppError {
  return new AppError('unauthorized', {
    detail: 'O link não vale mais. Peça um novo em “Meus chamados”.',
    detailEn: 'A valid portal link is needed.',
  });
}
