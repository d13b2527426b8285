import { describe, expect, it } from '@jest/globals';
import { UNAUTHENTICATED } from '../authentication.js';
import type { ForwardedMail } from '../visible-reply/forwarded-mail.js';
import { agentForward } from './agent-forward.js';
import { context, mail, proof } from './filter-cases.js';

const proven = { ...UNAUTHENTICATED, source: 'header', dmarc: 'pass', fromProven: true } as const;
const forwarded: ForwardedMail = {
  subject: 'Site fora do ar',
  from: { address: 'ana@cliente.test', name: 'Ana Souza' },
  comment: '',
  body: 'Meu site caiu.',
  why: 'separator',
};
const forward = (differs: Partial<ForwardedMail> = {}, from = 'Bia@hd.test') =>
  mail({ from: { address: from, name: 'Bia' }, forwarded: { ...forwarded, ...differs } });

describe('agent-forward', () => {
  it('D26: the original sender of a mail that an agent forwards is who asks', () =>
    expect(agentForward.run(forward(), context({ authentication: proven }))).toMatchObject({
      verdict: 'noted',
      evidence: { from: 'ana@cliente.test', forwardedBy: 'bia@hd.test' },
      learned: {
        sender: {
          from: { address: 'ana@cliente.test', name: 'Ana Souza' },
          replyTo: null,
          why: 'forwarded',
        },
        marks: ['encaminhado_por_atendente'],
      },
    }));

  it('D26: an agent is also who logs in with that address', () => {
    const byLogin = forward({}, 'caio@casa.test');
    const known = context({ authentication: proven, fromAgentLogin: true });
    expect(agentForward.run(byLogin, known).verdict).toBe('noted');
    expect(agentForward.run(byLogin, context({ authentication: proven })).verdict).toBe('pass');
  });

  it('D24: a From alone gives no rights', () =>
    expect(agentForward.run(forward(), context())).toEqual({
      verdict: 'pass',
      evidence: {
        by: 'separator',
        forwardedBy: 'bia@hd.test',
        refused: 'sender not authenticated',
      },
    }));

  it.each([
    ['a forward without an address', { from: { address: null, name: 'Ana' } }],
    ['a forward of our own mail', { from: { address: 'suporte@hd.test', name: '' } }],
    ['a forward of what nobody reads', { from: { address: 'noreply@banco.test', name: '' } }],
  ])('%s stays the agent’s own', (_what, differs) =>
    expect(agentForward.run(forward(differs), context({ authentication: proven })).verdict).toBe(
      'pass',
    ),
  );

  it('D26: a customer’s forward, and what belongs to a ticket, stay what they are', () => {
    const customer = forward({}, 'caio@cliente.test');
    expect(agentForward.run(customer, context({ authentication: proven })).verdict).toBe('pass');
    const joined = context({ authentication: proven, proofs: [proof()] });
    expect(agentForward.run(forward(), joined).verdict).toBe('pass');
    expect(
      agentForward.run(
        forward(),
        context({ authentication: proven, findings: { suspected: 'Junk folder' } }),
      ).verdict,
    ).toBe('pass');
  });
});
