import { Controller, Get, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentConfig, type MailboxConfig, type ServerConfig } from '../../../config/index.js';
import { Clock } from '../../../platform/index.js';
import { RouteAccess, type AuthenticatedRequest } from '../../../platform/http/index.js';
import { serverSettings } from '../domain/server-settings.js';
import { inUse, type Expiry } from '../domain/expiry.js';
import { Mailboxes } from '../mailboxes.facade.js';
import { ExpiryStore } from '../store/expiry.store.js';
import {
  MailboxOverviewStore,
  type Backlog,
  type LastCanary,
} from '../store/mailbox-overview.store.js';
import type { MailboxStateRow } from '../store/mailbox-state.store.js';
import { MailboxListDto, type MailboxDto, type MailServerDto } from './mailboxes.dto.js';

/** The mailboxes in force and how they fare. A private queue's mailbox shows only to members and admins (D20). */
@ApiTags('configuration')
@Controller('mailboxes')
export class MailboxesController {
  constructor(
    private readonly config: CurrentConfig,
    private readonly mailboxes: Mailboxes,
    private readonly overview: MailboxOverviewStore,
    private readonly expiries: ExpiryStore,
    private readonly clock: Clock,
  ) {}

  @Get()
  @RouteAccess('agent')
  @ApiOperation({ summary: 'Mailboxes in force, their state, lag and errors' })
  @ApiOkResponse({ type: MailboxListDto })
  async list(@Req() request: AuthenticatedRequest): Promise<MailboxListDto> {
    const { agentId, role } = request.principal!;
    const [seen, states, backlogs, canaries, expiries] = await Promise.all([
      this.overview.queuesSeenBy(agentId),
      this.mailboxes.liveStates(),
      this.overview.backlogs(),
      this.overview.canaries(),
      this.expiries.all(),
    ]);
    const { mailboxes } = this.config.get();
    const counted = inUse(expiries, mailboxes);
    const items = Object.entries(mailboxes)
      .filter(([, mailbox]) => role === 'admin' || seen.has(mailbox.queue))
      .map(([key, mailbox]) => ({
        ...present(key, mailbox, states.get(key), backlogs.get(key), this.clock.now()),
        canary: presentCanary(canaries.get(key)),
        expires: counted.filter(({ mailboxKey }) => mailboxKey === key).map(presentExpiry),
      }));
    return { items, nextCursor: null };
  }
}

function present(
  key: string,
  mailbox: MailboxConfig,
  state: MailboxStateRow | undefined,
  backlog: Backlog | undefined,
  now: Date,
): Omit<MailboxDto, 'canary' | 'expires'> {
  const oldest = backlog?.oldestReceivedAt ?? null;
  const lagMs = oldest === null ? 0 : now.getTime() - oldest.getTime();
  return {
    key,
    address: mailbox.address,
    aliases: [...mailbox.aliases],
    queue: mailbox.queue,
    mode: mailbox.mode,
    startFrom: mailbox.startFrom,
    fixedReason: mailbox.fixedReason ?? null,
    fallbackReason: mailbox.fallbackReason ?? null,
    calendar: mailbox.calendar,
    after: mailbox.after,
    retired: mailbox.retired,
    imap: server('IMAP', mailbox.imap),
    smtp: server('SMTP', mailbox.smtp),
    live: {
      state: state?.state ?? 'stopped',
      since: instant(state?.since),
      lastSeenAt: instant(state?.lastSeenAt),
      error: state?.lastError ?? null,
      errorAt: instant(state?.lastErrorAt),
      consecutiveFailures: state?.consecutiveFailures ?? 0,
      nextAttemptAt: instant(state?.nextAttemptAt),
      unseenOnServer: state?.unseenOnServer ?? 0,
      unprocessed: backlog?.unprocessed ?? 0,
      lagSeconds: Math.max(0, Math.round(lagMs / 1000)),
    },
    sending: {
      state: state?.sendingState ?? 'ok',
      error: state?.sendingError ?? null,
      retryAt: instant(state?.sendingRetryAt),
    },
  };
}

function presentCanary(canary: LastCanary | undefined): MailboxDto['canary'] {
  if (canary === undefined) return null;
  const { sentAt, backAt, seconds, arrivedIn } = canary;
  return { sentAt: sentAt.toISOString(), backAt: instant(backAt), seconds, arrivedIn };
}

function presentExpiry({ what, expiresAt }: Expiry): MailboxDto['expires'][number] {
  return { what, expiresAt: expiresAt.toISOString() };
}

/** Where and how, never with which secret. */
function server(protocol: 'IMAP' | 'SMTP', config: ServerConfig): MailServerDto {
  const { host, port, tls } = serverSettings(protocol, config);
  const login = config.user === undefined ? 'none' : config.oauth2 ? 'oauth2' : 'password';
  return { host, port, tls, login };
}

function instant(date: Date | null | undefined): string | null {
  return date?.toISOString() ?? null;
}
