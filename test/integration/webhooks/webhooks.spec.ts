import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Feedback } from '../../../src/modules/feedback/index.js';
import { OldDeliveries } from '../../../src/modules/webhooks/old-deliveries.js';
import { TestWebhook } from '../../../src/modules/webhooks/commands/test-webhook.js';
import { EnableWebhook } from '../../../src/modules/webhooks/commands/enable-webhook.js';
import { WebhookCourier } from '../../../src/modules/webhooks/webhook-courier.js';
import { postWebhook } from '../../../src/modules/webhooks/delivery/post-webhook.js';
import { Alarms } from '../../../src/platform/index.js';
import { anotherApp, TEST_SECRETS } from '../../support/http-app.js';
import { DESK_YAML, HelpDesk } from '../tickets/help-desk.js';
import { isSignedBy, Receiver, status } from './receiver.js';

const { WEBHOOK_SECRET: SECRET, WEBHOOK_SECRET_BEFORE: BEFORE } = TEST_SECRETS;
const MINUTE_MS = 60_000;

let receiver: Receiver;
let yaml: string;
let desk: HelpDesk;

beforeAll(async () => {
  receiver = await Receiver.open();
  yaml = `${DESK_YAML}
notifications:
  webhooks:
    - { name: crm, url: '${receiver.url}', secret: '\${WEBHOOK_SECRET}', previousSecret: '\${WEBHOOK_SECRET_BEFORE}', allowPrivate: true }
    - name: financas
      url: '${receiver.url}/financas'
      secret: '\${WEBHOOK_SECRET_BEFORE}'
      allowPrivate: true
      events: [ticket.created]
      queues: [financeiro]
`;
  desk = await HelpDesk.open(yaml);
});
afterAll(async () => {
  await desk?.close();
  await receiver?.close();
});
afterEach(async () => {
  await desk.http.database.inTransaction((tx) => tx.execute('delete from webhook_deliveries'));
  await desk.http.database.inTransaction((tx) => tx.execute('delete from webhook_states'));
  receiver.clear();
});

const get = <T>(type: abstract new (...args: never[]) => T, at = desk.http): T =>
  at.app.get(type as never, { strict: false });
const courier = (at = desk.http): WebhookCourier => get(WebhookCourier, at);

async function told(): Promise<void> {
  await desk.http.drain();
  await courier().round();
}

const rows = (): Promise<Record<string, unknown>[]> =>
  desk.http.database.query(
    `select webhook, event, state, attempts, last_status as status, last_error as error,
            next_attempt_at as "nextAttemptAt" from webhook_deliveries order by id`,
  );

describe('webhooks are told what happens to tickets', () => {
  it('each event once, in ids and states, never in words', async () => {
    const { ticketId } = await desk.open();
    await told();
    const patched = await desk.call(desk.ana, 'patch', `/tickets/${ticketId}`, { assignee: 'me' });
    expect(patched.body).toMatchObject({ protocol: ticketId });
    await desk.answer(ticketId);
    await desk.write(ticketId, desk.mail());
    await desk.answer(ticketId, 'resolved');
    await desk.http.database.inTransaction((tx) =>
      get(Feedback).record(tx, ticketId, { score: 5, comment: 'Muito bom!' }),
    );
    await told();
    expect([...receiver.types].sort()).toEqual(
      [
        'ticket.created',
        'ticket.assigned',
        'reply.sent',
        'ticket.status_changed',
        'message.received',
        'ticket.status_changed',
        'reply.sent',
        'ticket.status_changed',
        'ticket.resolved',
        'feedback.received',
      ].sort(),
    );
    const [created] = receiver.received;
    expect(created!.data.ticket).toMatchObject({
      protocol: ticketId,
      queue: 'suporte',
      reason: null,
      status: 'open',
      deadline: { dueAt: '2026-11-10T21:00:00.000Z', kind: 'first_return', breached: false },
      url: `http://127.0.0.1:3000/api/v1/tickets/${ticketId}`,
    });
    const everything = receiver.received.map(({ body }) => body).join('\n');
    for (const words of ['Muito bom', 'publicar', 'cliente', 'Bia', 'Página', 'pode testar'])
      expect(everything).not.toContain(words);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('D11 D20: an escalation and its end; a team that the webhook may not know has no name', async () => {
    for (const [queue, name] of [
      ['produto', 'produto'],
      ['financeiro', null],
    ] as const) {
      const { ticketId } = await desk.open();
      const path = `/tickets/${ticketId}/escalation`;
      const sent = { queue, text: 'Vejam, por favor.', notifyCustomer: false };
      expect((await desk.call(desk.ana, 'post', path, sent)).status).toBeLessThan(300);
      await desk.call(desk.ana, 'delete', path, { outcome: 'Corrigido na versão nova.' });
      await told();
      const news = receiver.received.filter(({ type }) => type !== 'ticket.created');
      expect(
        news.map(({ type, data }) => ({ type, ...data, ticket: data.ticket!['protocol'] })),
      ).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            type: 'ticket.escalated',
            escalatedTo: name,
            ticket: ticketId,
          }),
          { type: 'ticket.handed_back', handedBackFrom: name, ticket: ticketId },
        ]),
      );
      const bodies = news.map(({ body }) => body).join('\n');
      expect(bodies).not.toMatch(/Vejam|Corrigido|financeiro/);
      receiver.clear();
    }
  });

  it('D20: what leaves a private queue is told to its own webhook alone', async () => {
    const { ticketId } = await desk.openFinance();
    const sent = { queue: 'produto', text: 'Só isto.', notifyCustomer: false };
    await desk.call(desk.fabio, 'post', `/tickets/${ticketId}/escalation`, sent);
    await told();
    expect(receiver.types).not.toContain('ticket.escalated');
    expect(receiver.received.filter(({ data }) => data.ticket!['protocol'] === ticketId)).toEqual([
      expect.objectContaining({ type: 'ticket.created' }),
    ]);
  });

  it('the signature is right under both secrets while they rotate', async () => {
    await desk.open();
    await told();
    const [message] = receiver.received;
    expect(isSignedBy(SECRET, message!)).toBe(true);
    expect(isSignedBy(BEFORE, message!)).toBe(true);
    expect(isSignedBy(`whsec_${Buffer.alloc(32, 3).toString('base64')}`, message!)).toBe(false);
    const headers = message!.headers;
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('D20: a private queue is told only to the webhook that names it', async () => {
    const { ticketId } = await desk.openFinance();
    await told();
    expect(await rows()).toMatchObject([{ webhook: 'financas', event: 'ticket.created' }]);
    expect(receiver.received.map(({ data }) => data.ticket!['protocol'])).toEqual([ticketId]);
  });

  it('D20: what has moved into a private queue meanwhile is called off', async () => {
    const { ticketId } = await desk.open();
    await desk.http.drain();
    await desk.call(desk.ana, 'patch', `/tickets/${ticketId}`, { queue: 'financeiro' });
    await courier().round();
    expect(receiver.received).toEqual([]);
    expect(await rows()).toMatchObject([
      { state: 'cancelled', error: 'the ticket is in a restricted queue' },
    ]);
  });
});

describe('a delivery that fails', () => {
  it('500, then 200: again after a minute, with the same id and bytes', async () => {
    receiver.answers.push(status(500));
    await desk.open();
    await told();
    const day = desk.now;
    expect(await rows()).toMatchObject([
      {
        state: 'queued',
        attempts: 1,
        status: 500,
        error: 'the receiver answered 500',
        nextAttemptAt: new Date(day.getTime() + MINUTE_MS),
      },
    ]);
    await courier().round();
    expect(receiver.received).toHaveLength(1);
    desk.http.clock.set(new Date(day.getTime() + MINUTE_MS));
    await courier().round();
    desk.http.clock.set(day);
    const [first, second] = receiver.received;
    expect(second!.body).toBe(first!.body);
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect(second!.headers['webhook-timestamp']).not.toBe(first!.headers['webhook-timestamp']);
    expect(await rows()).toMatchObject([{ state: 'delivered', attempts: 2, status: 204 }]);
  });

  it('a redirect is not followed', async () => {
    receiver.answers.push(status(302, { Location: `${receiver.url}/anderswo` }));
    await desk.open();
    await told();
    expect(receiver.received).toHaveLength(1);
    expect(await rows()).toMatchObject([
      { state: 'queued', error: 'the receiver answered 302: redirects are not followed' },
    ]);
  });

  it('after three days it has failed, with an alarm, and a person may send it again', async () => {
    const day = desk.now;
    await desk.open();
    await desk.http.drain();
    receiver.answers.push(status(503));
    desk.http.clock.set(new Date(day.getTime() + 73 * 60 * MINUTE_MS));
    await courier().round();
    expect(await rows()).toMatchObject([{ state: 'failed', attempts: 1 }]);
    const open = async (): Promise<string[]> =>
      (await get(Alarms).open()).map(({ key }) => key).filter((key) => key.startsWith('webhook'));
    expect(await open()).toEqual(['webhook.crm']);
    const list = await desk.call(desk.admin, 'get', '/webhooks/deliveries?state=failed');
    const { items } = list.body as { items: { id: string; lastError: string }[] };
    expect(items).toMatchObject([{ webhook: 'crm', lastError: 'the receiver answered 503' }]);
    const retry = `/webhooks/deliveries/${items[0]!.id}/retry`;
    expect((await desk.call(desk.ana, 'post', retry)).status).toBe(403);
    expect((await desk.call(desk.admin, 'post', retry)).status).toBe(204);
    await courier().round();
    expect(await rows()).toMatchObject([{ state: 'delivered' }]);
    expect(await open()).toEqual([]);
    desk.http.clock.set(day);
  });

  it('410 Gone ends it until the operator says otherwise', async () => {
    receiver.answers.push(status(410));
    await desk.open();
    await told();
    const shown = async (): Promise<unknown> => {
      const { body } = await desk.call(desk.admin, 'get', '/webhooks');
      return (body as { items: unknown[] }).items[0];
    };
    expect(await shown()).toMatchObject({ name: 'crm', state: 'disabled', failed: 1 });
    expect(JSON.stringify(await shown())).not.toContain('gancho');
    await desk.open();
    await told();
    expect(receiver.received).toHaveLength(1);
    await get(EnableWebhook).run('crm');
    expect(await shown()).toMatchObject({ state: 'active' });
    await desk.open();
    await told();
    expect(receiver.received).toHaveLength(2);
  });

  it('who does not answer in time is left', async () => {
    receiver.answers.push(() => undefined);
    const { signal } = new AbortController();
    const request = { url: receiver.url, headers: {}, body: '{}', allowPrivate: true, signal };
    expect(await postWebhook({ ...request, timeoutMs: 50 })).toEqual({
      kind: 'failed',
      why: 'no answer in time',
    });
  });

  it('an answer without an end is read up to a point', async () => {
    receiver.answers.push((response) => {
      response.writeHead(200);
      const pour = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    });
    const { signal } = new AbortController();
    const request = { url: receiver.url, headers: {}, body: '{}', allowPrivate: true, signal };
    expect(await postWebhook(request)).toMatchObject({ kind: 'answered', status: 200 });
  });

  it.each(['http://127.0.0.1:9/', 'http://localhost:9/', 'http://[::1]:9/', 'http://2130706433/'])(
    '%s is not connected to without allowPrivate',
    async (url) => {
      const { signal } = new AbortController();
      const request = { url, headers: {}, body: '{}', allowPrivate: false, signal };
      expect(await postWebhook(request)).toEqual({
        kind: 'failed',
        why: 'the address is one of this machine or of a private network, which needs allowPrivate: true',
      });
    },
  );
});

describe('several workers', () => {
  it('each delivery is taken by one of two', async () => {
    const other = await anotherApp(desk.http, yaml);
    try {
      for (let i = 0; i < 12; i += 1) await desk.open();
      await desk.http.drain();
      await Promise.all([courier().round(), courier(other).round()]);
      expect(receiver.received).toHaveLength(12);
      const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
      expect(new Set(ids).size).toBe(12);
    } finally {
      await other.close();
    }
  });

  it('what a dead one left is sent again when its lease has ended', async () => {
    await desk.open();
    await desk.http.drain();
    const day = desk.now;
    await desk.http.database.inTransaction((tx) =>
      tx.execute(
        `update webhook_deliveries set state = 'sending', attempts = 1, next_attempt_at = $1`,
        [new Date(day.getTime() + MINUTE_MS)],
      ),
    );
    await courier().round();
    expect(receiver.received).toEqual([]);
    desk.http.clock.set(new Date(day.getTime() + MINUTE_MS));
    await courier().round();
    desk.http.clock.set(day);
    expect(receiver.received).toHaveLength(1);
  });
});

describe('operators', () => {
  it('send a test, see no secrets, and old deliveries go', async () => {
    expect(await get(TestWebhook).run('crm')).toMatchObject({ kind: 'answered', status: 204 });
    expect(receiver.types).toEqual(['webhook.test']);
    await expect(get(TestWebhook).run('nada')).rejects.toThrow('there are crm, financas');
    const { body } = await desk.call(desk.admin, 'get', '/config');
    expect(JSON.stringify(body)).not.toContain('whsec_');
    await desk.open();
    await told();
    const day = desk.now;
    await get(OldDeliveries).round();
    expect(await rows()).toHaveLength(1);
    desk.http.clock.set(new Date(day.getTime() + 31 * 24 * 60 * MINUTE_MS));
    await get(OldDeliveries).round();
    desk.http.clock.set(day);
    expect(await rows()).toEqual([]);
  });

  it('nothing is written where no webhook is configured', async () => {
    const quiet = await HelpDesk.open(DESK_YAML);
    try {
      await quiet.open();
      const events = await quiet.http.database.query(
        `select 1 from events where subscriber = 'webhooks'`,
      );
      expect(events).toEqual([]);
    } finally {
      await quiet.close();
    }
  });
});
