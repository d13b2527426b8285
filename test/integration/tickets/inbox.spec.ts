import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HelpDesk } from './help-desk.js';

let desk: HelpDesk;
const made: Record<string, string> = {};
const HOUR = 3_600_000;

beforeAll(async () => {
  desk = await HelpDesk.open();
  const at = (hours: number): Date => new Date(desk.now.getTime() + hours * HOUR);
  const make = async (
    name: string,
    about: Parameters<typeof desk.make.ticket>[0],
  ): Promise<void> => {
    made[name] = (await desk.make.ticket(about)).ticketId;
  };
  await make('late', {
    dueAt: at(-2),
    createdAt: at(-80),
    lastActivityAt: at(-3),
    subject: 'atrasado',
  });
  await make('soon', {
    dueAt: at(5),
    createdAt: at(-20),
    lastActivityAt: at(-1),
    reason: 'dominios',
  });
  await make('later', { dueAt: at(50), createdAt: at(-1), assigneeId: desk.ana.agentId });
  await make('waiting', {
    status: 'awaiting_customer',
    createdAt: at(-30),
    lastActivityAt: at(-9),
  });
  await make('done', { status: 'resolved', createdAt: at(-60), lastActivityAt: at(-50) });
  await make('suspect', {
    lane: 'suspected',
    dueAt: at(60),
    createdAt: at(-2),
    lastActivityAt: at(-2),
  });
  await make('secret', { queue: 'financeiro', dueAt: at(1), requester: 'rico@cliente.example' });
  await make('mine', {
    requester: 'dona@cliente.example',
    dueAt: at(70),
    createdAt: at(-3),
    lastActivityAt: at(-4),
  });
});
afterAll(() => desk?.close());

async function list(query: string, agent = desk.ana): Promise<string[]> {
  const { status, body } = await desk.call(agent, 'get', `/tickets${query}`);
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  const names = Object.fromEntries(Object.entries(made).map(([name, id]) => [id, name]));
  return (body as { items: { protocol: string }[] }).items.map(
    (item) => names[item.protocol] ?? '?',
  );
}

describe('GET /tickets', () => {
  it('the most urgent first by default, what has no deadline last', async () => {
    expect(await list('')).toEqual(['late', 'soon', 'later', 'suspect', 'mine', 'waiting', 'done']);
  });

  it.each([
    ['?status=open', ['late', 'soon', 'later', 'suspect', 'mine']],
    ['?status=awaiting_customer,resolved', ['waiting', 'done']],
    ['?status=awaiting_customer&status=resolved', ['waiting', 'done']],
    ['?overdue=true', ['late']],
    ['?overdue=false&status=open', ['soon', 'later', 'suspect', 'mine']],
    ['?lane=suspected', ['suspect']],
    ['?lane=inbox&status=open', ['late', 'soon', 'later', 'mine']],
    ['?reason=dominios', ['soon']],
    ['?reason=none&status=resolved', ['done']],
    ['?assignee=me', ['later']],
    ['?assignee=none&status=open', ['late', 'soon', 'suspect', 'mine']],
    ['?requester=dona@cliente.example', ['mine']],
    ['?queue=suporte&status=resolved', ['done']],
    ['?queue=produto', []],
    ['?sort=lastActivityAt&status=open', ['soon', 'suspect', 'late', 'mine', 'later']],
    ['?sort=createdAt&status=open', ['later', 'suspect', 'mine', 'soon', 'late']],
    ['?sort=createdAt:asc&status=open', ['late', 'soon', 'mine', 'suspect', 'later']],
    ['?sort=-dueAt&status=open', ['mine', 'suspect', 'later', 'soon', 'late']],
  ])('%s', async (query, expected) => {
    const got = await list(query);
    // `later` was last active at its default instant, in the hour of the others: its place is not the point.
    if (query.includes('lastActivityAt')) {
      expect(got.filter((name) => name !== 'later')).toEqual(
        expected.filter((name) => name !== 'later'),
      );
    } else {
      expect(got).toEqual(expected);
    }
  });

  it('D20: the private queue’s tickets exist only for its members', async () => {
    for (const query of [
      '',
      '?queue=financeiro',
      '?requester=rico@cliente.example',
      '?sort=createdAt',
    ]) {
      expect(await list(query)).not.toContain('secret');
      expect(await list(query, desk.admin)).toEqual([]);
    }
    expect(await list('?queue=financeiro', desk.fabio)).toEqual(['secret']);
    expect(await list('', desk.fabio)).toContain('secret');
  });

  it.each(['dueAt', 'dueAt:desc', 'lastActivityAt', 'createdAt', 'createdAt:asc'])(
    'pages by %s join without gap or overlap',
    async (sort) => {
      const whole = await list(`?sort=${sort}`);
      const pages: string[] = [];
      let cursor = '';
      for (let page = 0; page < 20; page += 1) {
        const path = `/tickets?sort=${sort}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
        const { body } = await desk.call(desk.ana, 'get', path);
        pages.push(
          ...body.items.map((item: { protocol: string }) =>
            Object.keys(made).find((name) => made[name] === item.protocol),
          ),
        );
        if (body.nextCursor === null) break;
        cursor = body.nextCursor as string;
      }
      expect(pages).toEqual(whole);
    },
  );

  it.each([
    ['?sort=subject', 'sort'],
    ['?cursor=abc', 'cursor'],
    ['?limit=101', 'limit'],
    ['?status=closed', 'status'],
    ['?assignee=ana', 'assignee'],
    ['?overdue=maybe', 'overdue'],
    ['?q2=x', 'q2'],
  ])('422 names the parameter: %s', async (query, path) => {
    const { status, body } = await desk.call(desk.ana, 'get', `/tickets${query}`);
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toContain(`"${path}"`);
  });

  it('a cursor of another order is refused', async () => {
    const { body } = await desk.call(desk.ana, 'get', '/tickets?sort=dueAt&limit=1');
    const other = await desk.call(
      desk.ana,
      'get',
      `/tickets?sort=createdAt&cursor=${body.nextCursor}`,
    );
    expect(other.status).toBe(422);
  });

  it('D11: a ticket escalated to my queue is in my list', async () => {
    const pia = await desk.http.agent({
      email: 'pia@empresa.example',
      role: 'agent',
      queues: ['produto'],
    });
    await desk.call(desk.ana, 'post', `/tickets/${made['mine']}/escalation`, { queue: 'produto' });
    expect(await list('?queue=produto', pia)).toEqual(['mine']);
    expect((await list('', pia)).filter((name) => name === 'mine')).toHaveLength(1);
  });
});
