import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { CurrentConfig } from '../../../config/index.js';
import { AppError, SignedLinks, Throttle } from '../../../platform/index.js';
import { countedAddress } from '../../../platform/http/index.js';
import { portalVisit, type PortalVisit } from '../../tickets/index.js';

const HOUR_MS = 3_600_000;

/** Who visits the portal: the address that a signed link was sent to and what it opens (D8), or nobody known. */
@Injectable()
export class Visitors {
  constructor(
    private readonly links: SignedLinks,
    private readonly throttle: Throttle,
    private readonly config: CurrentConfig,
  ) {}

  /** Null without a token. AppError `unauthorized` for a wrong or expired one. */
  optional(request: Request, token: string | undefined): PortalVisit | null {
    const presented = token ?? /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (presented === undefined || presented === '') return null;
    const subject = this.links.verify('portal', presented);
    if (subject === null) throw expired();
    return portalVisit(subject);
  }

  /** The same, and `unauthorized` also without a token. */
  required(request: Request, token: string | undefined): PortalVisit {
    const visit = this.optional(request, token);
    if (visit === null) throw expired();
    return visit;
  }

  /** Counts a form against the machine it comes from and the address it names; AppError `too_many_requests`. */
  async countForm(request: Request, email: string): Promise<void> {
    const limit = this.config.get().limits.formSubmissionsPerHour;
    await this.throttle.hit({
      name: 'form.address',
      subject: countedAddress(request.ip),
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
