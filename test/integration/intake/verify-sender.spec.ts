import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth';
import { NameServer } from '../../../src/modules/mailbox-intake/authentication/name-server.js';
import { DESK_YAML, eml, IntakeDesk } from './intake-desk.js';

const YAML = DESK_YAML.replace(
  '    trustedAuthservIds: [mx.hd.test]\n',
  '    trustedAuthservIds: [mx.hd.test]\n    verifyAuthentication: true\n',
).replace('domains: [hd.test]', 'domains: [hd.test]\n  agentAddresses: [bia@agentes.test]');

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const PUBLISHED = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

describe('intake: who sent it, verified by ourselves', () => {
  let desk: IntakeDesk;
  const asked: string[] = [];
  let silent = false;

  beforeAll(async () => {
    desk = await IntakeDesk.open(YAML);
    const records: Record<string, string> = {
      's1._domainkey.cliente.test': `v=DKIM1; k=rsa; p=${PUBLISHED}`,
      's1._domainkey.agentes.test': `v=DKIM1; k=rsa; p=${PUBLISHED}`,
      '_dmarc.cliente.test': 'v=DMARC1; p=reject',
      '_dmarc.agentes.test': 'v=DMARC1; p=none',
    };
    // DNS as the spec says; the rest of the name server, its memory too, is the product's.
    (desk.get(NameServer) as unknown as { ask: NameServer['query'] }).ask = (name, type) => {
      asked.push(`${type} ${name}`);
      if (silent) return new Promise(() => undefined);
      const found = type === 'TXT' ? records[name] : undefined;
      const unknown = Object.assign(new Error('no such record'), { code: 'ENOTFOUND' });
      return found === undefined ? Promise.reject(unknown) : Promise.resolve([[found]]);
    };
  }, 60_000);
  afterAll(() => desk?.close());

  const signed = async (raw: string, signingDomain: string): Promise<string> => {
    const { signatures } = await dkimSign(raw, {
      canonicalization: 'relaxed/relaxed',
      signatureData: [{ signingDomain, selector: 's1', privateKey: KEY }],
    } as never);
    return signatures + raw;
  };
  const verdictOf = async (id: string) =>
    (await desk.query('select authentication as verdict from intake where id = $1', [id]))[0]![
      'verdict'
    ];

  it('D26: a good signature of the sender’s domain proves it, and passes DMARC', async () => {
    const row = await desk.receive('suporte', await signed(eml(), 'cliente.test'));
    expect(await verdictOf(row.id)).toEqual({
      source: 'verified',
      authservId: null,
      spf: null,
      dkim: 'pass',
      dmarc: 'pass',
      fromProven: true,
    });
    const before = asked.length;
    await desk.receive('suporte', await signed(eml({ from: 'b@cliente.test' }), 'cliente.test'));
    expect(asked.slice(before)).toEqual([]);
  });

  it('D24: an agent’s answer from outside is proven by its signature alone', async () => {
    const { ticketId } = await desk.receive(
      'suporte',
      eml({ from: 'dora@cliente.test', messageId: 'dora@cliente.test' }),
    );
    const answer = eml({
      from: 'bia@agentes.test',
      to: 'dora@cliente.test',
      cc: 'suporte@hd.test',
      inReplyTo: 'dora@cliente.test',
    });
    const forged = await desk.receive('suporte', answer.replace('Message-ID: <', 'Message-ID: <x'));
    expect(forged).toMatchObject({ disposition: 'third_party_pending', ticketId });
    const row = await desk.receive('suporte', await signed(answer, 'agentes.test'));
    expect(row).toMatchObject({ disposition: 'ticket_reply', ticketId });
  });

  it('D23: unsigned, and sent for another domain: DMARC fails, suspected, no automatic mail', async () => {
    const headers = { 'Return-Path': '<bounce@outro.test>' };
    const row = await desk.receive('suporte', eml({ from: 'falso@cliente.test', headers }));
    expect(row.disposition).toBe('spam_suspected');
    expect(await verdictOf(row.id)).toMatchObject({ dmarc: 'fail', fromProven: false });
    expect(await desk.query('select 1 from outbox where ticket_id = $1', [row.ticketId])).toEqual(
      [],
    );
  });

  it('D23: unsigned, where SPF may have passed: nothing is known, and nobody is suspected', async () => {
    const headers = { 'Return-Path': '<ana@cliente.test>' };
    const row = await desk.receive('suporte', eml({ from: 'talvez@cliente.test', headers }));
    expect(row.disposition).toBe('ticket_opened');
    expect(await verdictOf(row.id)).toMatchObject({ source: 'verified', dmarc: null });
  });

  it('D23: a trusted server’s word is taken, and DNS is not asked', async () => {
    const before = asked.length;
    const headers = { 'Authentication-Results': 'mx.hd.test; dmarc=pass header.from=novo.test' };
    const row = await desk.receive('suporte', eml({ from: 'a@novo.test', headers }));
    expect(await verdictOf(row.id)).toMatchObject({ source: 'header', dmarc: 'pass' });
    expect(asked.slice(before)).toEqual([]);
  });

  it('D22: a silent DNS delays a message by some seconds and loses nothing', async () => {
    silent = true;
    const row = await desk.receive(
      'suporte',
      await signed(eml({ from: 'z@mudo.test' }), 'mudo.test'),
    );
    silent = false;
    expect(row.disposition).toBe('ticket_opened');
    expect(await verdictOf(row.id)).toMatchObject({ source: 'none', problem: 'timeout' });
  }, 30_000);
});
