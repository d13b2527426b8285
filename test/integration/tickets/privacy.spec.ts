import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BlobStore } from '../../../src/modules/files/index.js';
import { routeTable } from '../../../src/platform/http/index.js';
import { HelpDesk } from './help-desk.js';

let desk: HelpDesk;
let secret: { ticketId: string; messageId: string; attachmentId: string };

beforeAll(async () => {
  desk = await HelpDesk.open();
  const staged = await desk.http.app
    .get(BlobStore, { strict: false })
    .stage(Buffer.from('boleto confidencial'));
  await desk.http.database.inTransaction((tx) =>
    desk.http.app.get(BlobStore, { strict: false }).record(tx, [staged]),
  );
  const opened = await desk.openFinance({
    mail: desk.mail({
      subject: 'Boleto confidencial',
      address: 'rica@cliente.example',
      attachments: [
        {
          filename: 'boleto.pdf',
          mediaType: 'application/pdf',
          sizeBytes: staged.sizeBytes,
          sha256: staged.sha256,
          contentId: null,
          inline: false,
        },
      ],
    }),
  });
  const [message] = await desk.messages(opened.ticketId, desk.fabio);
  secret = { ...opened, attachmentId: message!['attachments'][0].id };
});
afterAll(() => desk?.close());

describe('D20: a private queue', () => {
  it('every ticket route answers 404 to a non-member, to an admin too, as if the number did not exist', async () => {
    const bodies: Record<string, object> = {
      'post replies': { text: 'Oi' },
      'post notes': { text: 'Oi' },
      'post forwards': { text: 'Oi', to: ['a@b.example'] },
      'post escalation': { queue: 'produto', text: 'x' },
      'delete escalation': { outcome: 'x' },
      'patch :protocol': { priority: 'high' },
    };
    const routes = routeTable(desk.http.app).filter(
      (route) =>
        /^\/api\/v1\/(tickets\/|attachments\/|messages\/)/.test(route.path) &&
        // Breaking the glass is the admin's recorded way in.
        !route.path.endsWith('/break-glass'),
    );
    expect(routes.length).toBeGreaterThan(14);
    for (const route of routes) {
      const path = route.path
        .replace('/api/v1', '')
        .replace(':protocol', secret.ticketId)
        .replace('/attachments/:id', `/attachments/${secret.attachmentId}`)
        .replace(':id', secret.messageId);
      const last = route.path.split('/').at(-1)!;
      const missing = path
        .replace(secret.ticketId, '999999999')
        .replace(secret.messageId, '999999999');
      for (const agent of [desk.ana, desk.admin]) {
        const method = route.method.toLowerCase() as 'get' | 'post' | 'patch' | 'delete';
        const usable = method === 'get' ? undefined : bodies[`${method} ${last}`];
        const answer = await desk.call(agent, method, path, usable);
        const nothing = await desk.call(agent, method, missing, usable);
        expect([route.method, path, answer.status]).toEqual([route.method, path, 404]);
        expect(answer.body.code).toBe(nothing.body.code);
        expect(JSON.stringify(answer.body)).not.toContain('confidencial');
      }
    }
  });

  it('D12: who opens an original that quotes a customer’s link stands in the history, once', async () => {
    const raw = Buffer.from(
      'From: a@cliente.example\r\n\r\n> http://127.0.0.1:3000/portal/feedback/t',
    );
    const blobs = desk.http.app.get(BlobStore, { strict: false });
    const staged = await blobs.stage(raw);
    await desk.http.database.inTransaction((tx) => blobs.record(tx, [staged]));
    const opened = async (text: string, uid: number): Promise<string[]> => {
      const [intake] = await desk.http.database.query<{ id: string }>(
        `insert into intake (mailbox_key, queue_key, folder, uidvalidity, uid, size_bytes, sha256, received_at, fetched_at, state)
         values ('suporte', 'suporte', 'INBOX', 9, $1, 1, $2, now(), now(), 'stored') returning id`,
        [uid, staged.sha256],
      );
      const { ticketId, messageId } = await desk.open({
        mail: desk.mail({ text, intakeId: intake!.id }),
      });
      for (let times = 0; times < 2; times += 1) {
        const answer = await desk.call(desk.ana, 'get', `/messages/${messageId}/raw`);
        expect(answer.status).toBe(200);
      }
      return (await desk.history(ticketId)).filter((action) => action === 'original_opened');
    };
    expect(await opened('> http://127.0.0.1:3000/portal/feedback/t', 1)).toHaveLength(1);
    expect(await opened('Bom dia', 2)).toEqual([]);
  });

  it('the history of a follow-up that others see does not number the private ticket it follows', async () => {
    const { ticketId } = await desk.open({ followUpOf: secret.ticketId });
    const { body } = await desk.call(desk.ana, 'get', `/tickets/${ticketId}/history`);
    expect(JSON.stringify(body)).not.toContain(secret.ticketId);
    const conversation = await desk.call(desk.ana, 'get', `/tickets/${ticketId}/messages`);
    expect(JSON.stringify(conversation.body)).not.toContain(secret.ticketId);
  });

  it('its members have it all', async () => {
    expect((await desk.ticket(secret.ticketId, desk.fabio))['subject']).toBe('Boleto confidencial');
    const file = await desk.call(desk.fabio, 'get', `/attachments/${secret.attachmentId}`);
    expect(file.status).toBe(200);
  });

  it('an admin sees it by recorded break-glass, and the people of the ticket see that', async () => {
    const broken = await desk.call(desk.admin, 'post', `/tickets/${secret.ticketId}/break-glass`, {
      reason: 'Reclamação na ouvidoria 12/2026',
    });
    expect(broken.status).toBe(201);
    await desk.http.drain();
    expect((await desk.call(desk.admin, 'get', `/tickets/${secret.ticketId}`)).status).toBe(200);
    expect(
      (await desk.call(desk.admin, 'get', `/tickets/${secret.ticketId}/messages`)).status,
    ).toBe(200);
    const write = await desk.call(desk.admin, 'post', `/tickets/${secret.ticketId}/notes`, {
      text: 'x',
    });
    expect(write.status).toBe(404);
    expect(await desk.history(secret.ticketId)).toContain('broke_glass');
    expect((await desk.messages(secret.ticketId, desk.fabio)).at(-1)!['text']).toContain(
      'ouvidoria',
    );
  });

  it('without credentials there is nothing at all', async () => {
    const answer = await desk.http.api().get(`/api/v1/tickets/${secret.ticketId}`);
    expect(answer.status).toBe(401);
  });
});

describe('D20: what mail about a public ticket tells its agents', () => {
  const linkIn = (text: string): string => /\/portal\?token=(\S+)/.exec(text)![1]!;
  const portal = async (token: string, path = '') =>
    desk.http.api().get(`/api/v1/portal/tickets${path}?token=${encodeURIComponent(token)}`);
  const protocols = async (token: string): Promise<string[]> =>
    ((await portal(token)).body as { items: { protocol: string }[] }).items.map(
      ({ protocol }) => protocol,
    );

  it('no link with which they could look at the customer’s other tickets as the customer', async () => {
    const address = 'gil@cliente.example';
    const finance = await desk.openFinance({ mail: desk.mail({ address }) });
    const support = await desk.open({ mail: desk.mail({ address }) });
    const [sent] = await desk.outbox(support.ticketId);
    const token = linkIn(sent!.text);
    const text = `Segue.\n\n> Acompanhe em http://127.0.0.1:3000/portal?token=${token}`;
    await desk.write(
      support.ticketId,
      desk.mail({ address, text, html: `<a href="${text}">x</a>` }),
    );
    const shown = JSON.stringify(await desk.messages(support.ticketId));
    expect(shown).toContain('/portal?token=***');
    expect(shown).not.toContain(token);
    // It comes back in originals too: so it opens what they see anyway, and no more.
    expect(await protocols(token)).toEqual([support.ticketId]);
    expect((await portal(token, `/${finance.ticketId}`)).status).toBe(404);
    const page = (await desk.http.api().get(`/portal?token=${token}`)).text;
    expect(page).toContain('Peça um link que mostra todos');
  });

  it('the finance queue’s mail and the link that was asked for open all of hers (D8)', async () => {
    const address = 'hal@cliente.example';
    const finance = await desk.openFinance({ mail: desk.mail({ address }) });
    const support = await desk.open({ mail: desk.mail({ address }) });
    const [sent] = await desk.outbox(finance.ticketId);
    const all = [finance.ticketId, support.ticketId].toSorted();
    expect((await protocols(linkIn(sent!.text))).toSorted()).toEqual(all);
    await desk.http.api().post('/api/v1/portal/links').send({ email: address });
    const [asked] = await desk.http.database.query<{ text: string }>(
      `select body_text as text from outbox where primary_recipient = $1 and kind = 'notice'`,
      [address],
    );
    expect((await protocols(linkIn(asked!.text))).toSorted()).toEqual(all);
  });

  it('no number of a twin in the private queue, also where the acknowledgement names it (D25)', async () => {
    const reason = {
      key: 'financeiro',
      decidedBy: 'mailbox',
      confidence: 1,
      evidence: {},
    } as const;
    const opened = await desk.open({
      twins: [{ queueKey: 'financeiro', mailboxKey: 'financeiro', reason }],
    });
    const twin = opened.twinTicketIds[0]!;
    expect((await desk.outbox(opened.ticketId))[0]!.text).toContain(twin);
    expect(JSON.stringify(await desk.messages(opened.ticketId))).not.toContain(twin);
    expect(JSON.stringify(await desk.messages(twin, desk.fabio))).not.toContain('*******');
  });
});

describe('D20: what a private queue’s mail says of a person', () => {
  it('stays with its members; what support learned is for all', async () => {
    const address = 'dora@cliente.example';
    const text = 'Meu ID Suporte é ID-4711.';
    const secret = await desk.openFinance({
      mail: desk.mail({ address, text, visibleText: text }),
    });
    const open = await desk.open({ mail: desk.mail({ address }) });
    expect((await desk.ticket(secret.ticketId, desk.fabio))['requester'].supportId).toBe('ID-4711');
    expect((await desk.ticket(open.ticketId))['requester']).toMatchObject({
      name: 'Bia Lima',
      supportId: null,
    });
    const other = await desk.open({
      mail: desk.mail({ address: 'eli@cliente.example', text, visibleText: text }),
    });
    expect((await desk.ticket(other.ticketId))['requester'].supportId).toBe('ID-4711');
  });
});
