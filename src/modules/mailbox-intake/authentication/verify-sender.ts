import { Injectable } from '@nestjs/common';
import type { DKIMResult, DKIMVerifyResult, DMARCResult } from 'mailauth';
import { CurrentConfig } from '../../../config/index.js';
import { createLogger, messageOf } from '../../../platform/index.js';
import { BlobStore } from '../../files/index.js';
import {
  authenticationFrom,
  isAligned,
  judged,
  UNAUTHENTICATED,
  type Authentication,
} from '../domain/authentication.js';
import type { ParsedMail } from '../domain/parsed-mail.js';
import type { IntakeWork } from '../store/intake-work.store.js';
import { NameServer } from './name-server.js';

const log = createLogger('mailbox-intake');

/** D22: what DNS has not said by then is unknown, and the message goes on. */
const LIMIT_MS = 5_000;
/** A larger message costs more hashing than its verdict is worth. */
const MAX_BYTES = 10 * 1024 * 1024;

/**
 * Verifies DKIM and DMARC of a message ourselves, where the mailbox asks for it and no trusted server has said anything
 * (D23, D26). Talks to DNS, so it runs outside of transactions; it never throws and never takes longer than five seconds.
 */
@Injectable()
export class VerifySender {
  constructor(
    private readonly config: CurrentConfig,
    private readonly names: NameServer,
    private readonly blobs: BlobStore,
  ) {}

  /** null where there is nothing to verify, or another has. */
  async run(
    work: Pick<IntakeWork, 'id' | 'mailboxKey' | 'folderRole' | 'partial' | 'content'> &
      Pick<IntakeWork, 'sha256' | 'sizeBytes'>,
    mail: Pick<ParsedMail, 'headers' | 'from'>,
  ): Promise<Authentication | null> {
    const mailbox = this.config.get().mailboxes[work.mailboxKey];
    if (mailbox === undefined || !mailbox.verifyAuthentication) return null;
    // What lies in Sent was never received from anybody; of a partial message the bytes are not the signed ones.
    if (work.folderRole === 'sent' || work.partial || work.sha256 === null) return null;
    if (authenticationFrom(mail, mailbox.trustedAuthservIds).source !== 'none') return null;
    if (work.sizeBytes > MAX_BYTES) return { ...UNAUTHENTICATED, problem: 'too_large' };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Authentication>((resolve) => {
      timer = setTimeout(() => resolve({ ...UNAUTHENTICATED, problem: 'timeout' }), LIMIT_MS);
    });
    const looked = this.look(work, mail).catch((error: unknown) => {
      log.warn({ intakeId: work.id, err: messageOf(error) }, 'the sender could not be verified');
      return { ...UNAUTHENTICATED, problem: 'failed' };
    });
    const found = await Promise.race([looked, late]);
    clearTimeout(timer);
    return found;
  }

  private async look(
    { content, sha256 }: Pick<IntakeWork, 'content' | 'sha256'>,
    mail: Pick<ParsedMail, 'headers' | 'from'>,
  ): Promise<Authentication> {
    // Loaded when first needed: installations whose server judges never pay for it.
    const { dkimVerify, dmarc } = await import('mailauth');
    const resolver = (name: string, type: string) => this.names.query(name, type);
    const raw = content ?? (await this.blobs.open(sha256!));
    const dkim = await dkimVerify(raw, { resolver });
    const passed = dkim.results.filter(({ status }) => status.result === 'pass');
    const policy = await dmarc({
      headerFrom: dkim.headerFrom,
      fromFields: dkim.fromFields,
      dkimDomains: passed.flatMap(({ id, signingDomain, status }) =>
        signingDomain === undefined
          ? []
          : [{ id, domain: signingDomain, aligned: status.aligned ?? false }],
      ),
      resolver,
    });
    const verdicts = [...dkim.results.map(dkimVerdict), dmarcVerdict(policy, dkim, mail)];
    return {
      source: 'verified',
      authservId: null,
      ...judged(
        verdicts.filter((verdict) => verdict !== null),
        mail.from?.address ?? null,
      ),
    };
  }
}

type MethodVerdict = Parameters<typeof judged>[0][number];

function dkimVerdict({ status, signingDomain }: DKIMResult): MethodVerdict {
  const domain = signingDomain?.toLowerCase() ?? null;
  return { method: 'dkim', result: status.result, domain };
}

/**
 * Without a signature of its own domain a message may still pass by SPF, which only the server that took it could see:
 * that DMARC fails is certain only where the envelope sender, as our server noted it, belongs to another domain.
 */
function dmarcVerdict(
  policy: DMARCResult | false,
  dkim: Pick<DKIMVerifyResult, 'headerFrom'>,
  mail: Pick<ParsedMail, 'headers'>,
): MethodVerdict | null {
  if (policy === false) return null;
  const domain = dkim.headerFrom[0]?.split('@').at(-1)?.toLowerCase() ?? null;
  const { result } = policy.status;
  if (result !== 'fail') return { method: 'dmarc', result, domain };
  const envelope = /<[^<>\s@]+@([^<>\s]+)>/.exec(mail.headers['return-path']?.[0] ?? '')?.[1];
  const byAnother =
    envelope !== undefined && domain !== null && !isAligned(domain, envelope.toLowerCase());
  return byAnother ? { method: 'dmarc', result, domain } : null;
}
