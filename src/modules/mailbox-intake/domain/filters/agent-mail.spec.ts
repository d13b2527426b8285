import { describe, expect, it } from '@jest/globals';
import { UNAUTHENTICATED } from '../authentication.js';
import { agentMail } from './agent-mail.js';
import { context, mail, proof } from './filter-cases.js';

const fromAgent = mail({ from: { address: 'Bia@hd.test', name: 'Bia' } });
const proven = {
  ...UNAUTHENTICATED,
  source: 'header',
  dmarc: 'pass',
  fromProven: true,
} as const;

describe('agent-mail', () => {
  it('D24: with passing authentication and proof it is an answer given outside', () => {
    expect(
      agentMail.run(fromAgent, context({ proofs: [proof()], authentication: proven })),
    ).toMatchObject({
      evidence: { dmarc: 'pass', fromProven: true },
      plan: { kind: 'outside', ticketId: '1000001' },
    });
  });

  it('D24: a From alone gives no rights: unauthenticated it waits', () => {
    for (const authentication of [UNAUTHENTICATED, { ...proven, dmarc: 'fail', fromProven: false }])
      expect(
        agentMail.run(fromAgent, context({ proofs: [proof()], authentication })),
      ).toMatchObject({ plan: { kind: 'third_party', ticketId: '1000001' } });
  });

  it('D24: an agent who asked for the ticket writes on it like any requester', () => {
    const own = proof('own_message_id', { requesters: ['bia@hd.test'] });
    expect(
      agentMail.run(fromAgent, context({ proofs: [own], authentication: proven })).verdict,
    ).toBe('pass');
  });

  it('D26: a customer behind a group of ours that rewrites the From is no agent, however well authenticated', () => {
    const through = mail({ from: { address: 'suporte@hd.test', name: 'Ana via Suporte' } });
    for (const why of ['x_original_from', 'reply_to'] as const) {
      const findings = {
        sender: { from: { address: 'ana@cliente.test', name: '' }, replyTo: null, why },
      };
      const given = context({ proofs: [proof()], authentication: proven, findings });
      expect(agentMail.run(through, given).verdict).toBe('pass');
    }
  });

  it('without proof, and from anybody else, it passes', () => {
    expect(agentMail.run(fromAgent, context({ authentication: proven })).verdict).toBe('pass');
    expect(agentMail.run(mail(), context({ proofs: [proof()] })).verdict).toBe('pass');
  });
});
