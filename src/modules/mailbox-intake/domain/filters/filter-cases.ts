import {
  CluesConfig,
  FoldersConfig,
  MailboxConfig,
  type HelpdeskConfig,
} from '../../../../config/index.js';
import { UNAUTHENTICATED } from '../authentication.js';
import type { Findings } from '../decision.js';
import type { MessageContext, ThreadProof, TicketForJoining } from '../message-context.js';
import type { ParsedMail } from '../parsed-mail.js';

/** Builders for the filters' specs: an ordinary message, an ordinary mailbox, and what differs. */

export function mail(differs: Partial<ParsedMail> = {}): ParsedMail {
  return {
    headers: {},
    receivedHeaders: 3,
    messageId: 'm1@cliente.test',
    inReplyTo: [],
    references: [],
    from: { address: 'ana@cliente.test', name: 'Ana Souza' },
    sender: null,
    replyTo: null,
    to: [{ address: 'suporte@hd.test', name: '' }],
    cc: [],
    date: null,
    subject: 'Preciso de ajuda',
    text: 'Não consigo entrar.',
    html: null,
    visibleText: 'Não consigo entrar.',
    spans: [],
    forwarded: null,
    attachments: [],
    report: null,
    fingerprint: 'f'.repeat(64),
    problems: [],
    ...differs,
  };
}

export function mailbox(differs: Partial<MailboxConfig> = {}): MailboxConfig {
  return Object.assign(
    new MailboxConfig(),
    { address: 'suporte@hd.test', queue: 'support', folders: new FoldersConfig(), ownLists: [] },
    differs,
  );
}

export const config = {
  company: { agentAddresses: ['bia@hd.test'] },
  mailboxes: {
    suporte: mailbox(),
    financeiro: mailbox({
      address: 'financeiro@hd.test',
      queue: 'finance',
      fixedReason: 'financeiro',
    }),
  },
  queues: {
    support: { name: 'Suporte', private: false, retired: false },
    finance: { name: 'Financeiro', private: true, retired: false },
  },
  reasons: {
    dominios: {
      label: 'Domínios',
      queue: 'support',
      clues: { ...new CluesConfig(), words: ['domínio'] },
      action: 'ticket',
      retired: false,
    },
    financeiro: {
      label: 'Financeiro',
      queue: 'finance',
      clues: new CluesConfig(),
      action: 'ticket',
      retired: false,
    },
    comercial: {
      label: 'Comercial',
      queue: 'support',
      clues: { ...new CluesConfig(), words: ['contratar'] },
      action: 'redirect',
      retired: false,
    },
  },
} as unknown as HelpdeskConfig;

const OWN: Record<string, string> = {
  'suporte@hd.test': 'suporte',
  'financeiro@hd.test': 'financeiro',
};
const withoutDetail = (address: string): string => address.toLowerCase().replace(/\+[^@]*@/, '@');

export function context(
  differs: Partial<Omit<MessageContext, 'findings'>> & { findings?: Partial<Findings> } = {},
): MessageContext {
  const { findings, ...rest } = differs;
  return {
    mailboxKey: 'suporte',
    mailbox: config.mailboxes['suporte']!,
    config,
    own: {
      mailboxOf: (address) => OWN[withoutDetail(address)] ?? null,
      includes: (address) => withoutDetail(address) in OWN,
      isOwnDomain: (address) => address.toLowerCase().endsWith('@hd.test'),
    },
    folderRole: 'inbox',
    receivedAt: new Date('2026-11-05T13:00:00Z'),
    partial: false,
    messageIdIsOurs: false,
    copyOfOurs: null,
    canary: null,
    authentication: UNAUTHENTICATED,
    fromAgentLogin: false,
    copies: [],
    messageIdSeenBefore: false,
    proofs: [],
    returned: null,
    ...rest,
    findings: {
      sender: {
        from: { address: 'ana@cliente.test', name: 'Ana Souza' },
        replyTo: null,
        why: 'from',
      },
      automatic: null,
      suspected: null,
      dmarcFailed: false,
      marks: [],
      silent: null,
      ...findings,
    },
  };
}

export function ticket(differs: Partial<TicketForJoining> = {}): TicketForJoining {
  return {
    ticketId: '1000001',
    status: 'open',
    queueKey: 'support',
    mailboxKey: 'suporte',
    resolvedAt: null,
    participants: ['ana@cliente.test'],
    requesters: ['ana@cliente.test'],
    outsiders: [],
    openFollowUp: null,
    mergedInto: null,
    twinMailboxes: [],
    ...differs,
  };
}

export function proof(
  by: ThreadProof['by'] = 'own_message_id',
  differs: Partial<TicketForJoining> = {},
): ThreadProof {
  return {
    by,
    found: by === 'subject_protocol' ? '1000001' : 'ours@hd.test',
    ticket: ticket(differs),
  };
}
