import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContactReasons, decideReason } from '../../../src/modules/contact-reasons/index.js';
import { ReasonLearning } from '../../../src/modules/contact-reasons/reason-learning.js';
import { RefileReasons } from '../../../src/modules/tickets/commands/refile-reasons.js';
import { CurrentConfig } from '../../../src/config/index.js';
import { DESK_YAML, HelpDesk, NO_REASON, type Json } from './help-desk.js';

const PROPOSED = {
  key: null,
  decidedBy: 'none' as const,
  confidence: 0,
  evidence: {
    proposal: { key: 'comercial', confidence: 0.4, words: [{ word: 'planos', weight: 1.2 }] },
  },
};

const YAML = DESK_YAML.replace(
  'deadlines:\n',
  `  equipamentos: { label: Equipamentos, queue: produto }\ndeadlines:\n`,
);

describe('contact reasons of tickets', () => {
  let desk: HelpDesk;
  beforeAll(async () => {
    desk = await HelpDesk.open(YAML);
  });
  afterAll(() => desk.close());

  const patch = (protocol: string, change: object) =>
    desk.call(desk.ana, 'patch', `/tickets/${protocol}`, change);
  const corrections = (ticketId: string) =>
    desk.http.database.query(
      `select reason_key as "reasonKey", before_key as "beforeKey", before_decided_by as "beforeDecidedBy"
         from reason_corrections where ticket_id = $1 order by id`,
      [ticketId],
    );

  describe('D4: what was decided, and why', () => {
    it('the words and clues that spoke for a reason are shown on the ticket', async () => {
      const evidence = {
        words: [{ word: 'dns', weight: 2.1 }],
        clues: [{ clue: 'dns', kind: 'word', where: 'text' }],
      };
      const reason = { key: 'dominios', decidedBy: 'clues' as const, confidence: 0.8, evidence };
      const { ticketId } = await desk.open({ reason });
      expect((await desk.ticket(ticketId))['reason']).toEqual({
        key: 'dominios',
        label: 'Domínios',
        decidedBy: 'clues',
        confidence: 0.8,
        redirects: false,
        ...evidence,
        proposal: null,
      });
    });

    it('what is likely but not sure is a proposal that an agent takes up', async () => {
      const proposal = { key: 'dominios', confidence: 0.4, words: [{ word: 'site', weight: 1 }] };
      const { ticketId } = await desk.open({ reason: { ...NO_REASON, evidence: { proposal } } });
      expect((await desk.ticket(ticketId))['reason']).toMatchObject({
        key: null,
        label: 'A classificar',
        proposal: { ...proposal, label: 'Domínios', redirects: false },
      });
      expect((await patch(ticketId, { reason: 'dominios' })).body).toMatchObject({
        reason: { key: 'dominios', decidedBy: 'agent', proposal: null },
      });
      expect(await corrections(ticketId)).toEqual([
        { reasonKey: 'dominios', beforeKey: null, beforeDecidedBy: 'none' },
      ]);
    });

    it('naming the inferred reason confirms it, once', async () => {
      const reason = { key: 'dominios', decidedBy: 'classifier' as const, confidence: 0.6 };
      const { ticketId } = await desk.open({ reason: { ...reason, evidence: {} } });
      const { version } = (await patch(ticketId, { reason: 'dominios' })).body as Json;
      expect((await patch(ticketId, { reason: 'dominios' })).body).toMatchObject({ version });
      expect(await corrections(ticketId)).toHaveLength(1);
      expect(await desk.history(ticketId)).toContain('reason_confirmed');
    });
  });

  it('D4: agents’ corrections are learnt in the background', async () => {
    const reasons = desk.http.app.get(ContactReasons, { strict: false });
    const learning = desk.http.app.get(ReasonLearning, { strict: false });
    const decide = (text: string) =>
      decideReason(
        {
          explicit: null,
          subAddress: null,
          subject: 'Tablet',
          text,
          fromAddress: null,
          fixedReason: null,
          fallbackReason: null,
        },
        desk.http.app.get(CurrentConfig, { strict: false }).get().reasons,
        reasons.classifier(),
      );
    const text = 'o tablet do balcão não liga';
    expect(decide(text).key).toBeNull();
    for (const said of [
      'o tablet do balcão travou',
      'tablet do balcão sem bateria',
      'quebrou o tablet',
    ]) {
      const { ticketId } = await desk.open({ mail: desk.mail({ subject: 'Tablet', text: said }) });
      expect((await patch(ticketId, { reason: 'equipamentos' })).status).toBe(200);
    }
    await learning.round();
    const learnt = reasons.inForce();
    expect(learnt.examples).toBeGreaterThanOrEqual(3);
    expect(decide(text)).toMatchObject({ key: 'equipamentos', decidedBy: 'classifier' });
    await learning.round();
    expect(reasons.inForce()).toEqual(learnt);
  });

  describe('D5: pointing to another channel by hand', () => {
    it('takes up the proposal: mail by template, closed as out_of_scope when it is accepted', async () => {
      const { ticketId } = await desk.open({
        reason: PROPOSED,
        marks: ['propor_redirecionamento:comercial'],
      });
      const { status, body } = await desk.call(
        desk.ana,
        'post',
        `/tickets/${ticketId}/redirection`,
        {},
      );
      expect(status).toBe(201);
      expect(body).toMatchObject({
        status: 'open',
        marks: [],
        reason: { key: 'comercial', decidedBy: 'agent', redirects: true },
      });
      const mail = await desk.accepted(ticketId);
      expect(mail).toMatchObject({ kind: 'wrong_channel', automatic: false });
      expect(mail.text).toContain('Fale com o comercial pelo 0800.');
      expect(mail.headers).not.toHaveProperty('Auto-Submitted');
      expect(await desk.ticket(ticketId)).toMatchObject({
        status: 'resolved',
        closeReason: 'out_of_scope',
        deadline: { dueAt: null },
      });
      expect(await desk.clocks(ticketId)).toMatchObject([{ state: 'met' }]);
      expect(await corrections(ticketId)).toMatchObject([{ reasonKey: 'comercial' }]);
    });

    it('D19: what comes back reopens it', async () => {
      const { ticketId } = await desk.open({ reason: PROPOSED });
      await desk.call(desk.ana, 'post', `/tickets/${ticketId}/redirection`, {});
      await desk.failed(await desk.accepted(ticketId), 'returned');
      expect(await desk.ticket(ticketId)).toMatchObject({ status: 'open', closeReason: null });
    });

    it('the agent may name the reason; one that redirects nowhere is refused', async () => {
      const { ticketId } = await desk.open();
      const path = `/tickets/${ticketId}/redirection`;
      for (const wrong of [{}, { reason: 'dominios' }, { reason: 'constructor' }]) {
        expect(await desk.call(desk.ana, 'post', path, wrong)).toMatchObject({ status: 422 });
      }
      expect(await desk.call(desk.ana, 'post', path, { reason: 'comercial' })).toMatchObject({
        status: 201,
      });
    });

    it('D20: nobody redirects what they may not see', async () => {
      const { ticketId } = await desk.openFinance();
      const path = `/tickets/${ticketId}/redirection`;
      expect((await desk.call(desk.ana, 'post', path, {})).status).toBe(404);
    });
  });

  describe('refiling history', () => {
    const refile = (order: Partial<Parameters<RefileReasons['run']>[0]>) =>
      desk.http.app
        .get(RefileReasons, { strict: false })
        .run({ dryRun: false, since: null, move: false, rename: null, ...order });
    const boleto = () => desk.mail({ subject: 'Boleto', text: 'preciso da 2ª via do boleto' });

    it('D4: decides anew what nobody has said, and leaves what people said', async () => {
      const wrong = { key: 'dominios', confidence: 0.6, evidence: {} };
      const inferred = await desk.open({
        mail: boleto(),
        reason: { ...wrong, decidedBy: 'clues' },
      });
      const said = await desk.open({ mail: boleto(), reason: { ...wrong, decidedBy: 'form' } });
      const dry = await refile({ dryRun: true });
      expect(dry.changes).toContainEqual({ from: 'dominios', to: 'financeiro', tickets: 1 });
      expect((await desk.ticket(inferred.ticketId))['reason']).toMatchObject({ key: 'dominios' });
      expect(await refile({})).toEqual(dry);
      expect(await desk.ticket(inferred.ticketId)).toMatchObject({
        queue: 'suporte',
        reason: { key: 'financeiro', words: expect.arrayContaining([]) },
      });
      expect((await desk.ticket(said.ticketId))['reason']).toMatchObject({ key: 'dominios' });
      expect(await desk.history(inferred.ticketId)).toContain('reason_refiled');
      expect((await refile({})).changed).toBe(0);
    });

    it('D4 D20: moves open tickets on demand, and never out of a private queue', async () => {
      const wrong = { key: 'dominios', decidedBy: 'clues' as const, confidence: 0.6, evidence: {} };
      const support = await desk.open({ mail: boleto(), reason: wrong });
      const finance = await desk.open({
        mail: desk.mail({ subject: 'Domínio', text: 'meu domínio não aponta, dns com erro' }),
        queueKey: 'financeiro',
        reason: { ...wrong, key: 'financeiro' },
      });
      expect((await refile({ move: true })).moved).toBeGreaterThanOrEqual(1);
      expect(await desk.ticket(support.ticketId, desk.fabio)).toMatchObject({
        queue: 'financeiro',
      });
      expect(await desk.ticket(finance.ticketId, desk.fabio)).toMatchObject({
        queue: 'financeiro',
        reason: { key: 'dominios' },
      });
    });

    it('renames: every ticket of one reason gets the other, whoever set it', async () => {
      const { ticketId } = await desk.open({
        reason: { key: 'equipamentos', decidedBy: 'form', confidence: 1, evidence: {} },
      });
      const result = await refile({ rename: { from: 'equipamentos', to: 'dominios' } });
      expect(result.changes).toMatchObject([{ from: 'equipamentos', to: 'dominios' }]);
      expect((await desk.ticket(ticketId))['reason']).toMatchObject({
        key: 'dominios',
        decidedBy: 'form',
      });
    });
  });
});
