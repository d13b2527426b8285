import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ForgottenUploads } from '../../../src/modules/tickets/forgotten-uploads.js';
import type { TestAgent } from '../../support/http-app.js';
import { DESK_YAML, HelpDesk } from './help-desk.js';

let desk: HelpDesk;
beforeAll(async () => {
  desk = await HelpDesk.open(`${DESK_YAML}\nlimits: { attachmentBytes: 600000 }\n`);
});
afterAll(() => desk?.close());

const upload = (agent: TestAgent, bytes: Buffer, filename: string) =>
  desk.http
    .api()
    .post('/api/v1/attachments')
    .set('Authorization', `Bearer ${agent.token}`)
    .attach('file', bytes, filename);

describe('uploads', () => {
  it('an upload waits for its message, visible to its uploader alone', async () => {
    const { status, body } = await upload(desk.ana, Buffer.from('conteúdo'), 'relatório anual.txt');
    expect(status).toBe(201);
    expect(body).toMatchObject({
      filename: 'relatório anual.txt',
      mediaType: 'text/plain',
      sizeBytes: 9,
    });
    const own = await desk.call(desk.ana, 'get', `/attachments/${body.id}`);
    expect(own.status).toBe(200);
    expect((await desk.call(desk.fabio, 'get', `/attachments/${body.id}`)).status).toBe(404);
    const stolen = await desk.openFinance();
    const answer = await desk.call(desk.fabio, 'post', `/tickets/${stolen.ticketId}/replies`, {
      text: 'Oi',
      attachmentIds: [body.id],
    });
    expect(answer.status).toBe(422);
  });

  it('it goes with the reply, and no second time with another', async () => {
    const { body } = await upload(desk.ana, Buffer.from('abc'), 'a.pdf');
    const { ticketId } = await desk.open();
    const path = `/tickets/${ticketId}/replies`;
    const reply = await desk.call(desk.ana, 'post', path, {
      text: 'Segue.',
      attachmentIds: [body.id],
    });
    expect(reply.body.attachments).toMatchObject([
      { id: body.id, filename: 'a.pdf', sizeBytes: 3 },
    ]);
    const sent = await desk.http.database.query(
      `select filename from outbox_attachments a join outbox o on o.id = a.outbox_id where o.ticket_id = $1`,
      [ticketId],
    );
    expect(sent).toEqual([{ filename: 'a.pdf' }]);
    const other = await desk.open();
    const again = await desk.call(desk.ana, 'post', `/tickets/${other.ticketId}/replies`, {
      text: 'Segue.',
      attachmentIds: [body.id],
    });
    expect(again.status).toBe(422);
    const same = await desk.call(desk.ana, 'post', path, {
      text: 'De novo.',
      attachmentIds: [body.id],
    });
    expect(same.body.attachments).toMatchObject([{ filename: 'a.pdf' }]);
    expect(same.body.attachments[0].id).not.toBe(body.id);
  });

  it('an upload that nobody used is forgotten after two days', async () => {
    const { body } = await upload(desk.ana, Buffer.from('esquecido'), 'x.txt');
    const uploads = desk.http.app.get(ForgottenUploads, { strict: false });
    desk.http.clock.advanceMs(47 * 3_600_000);
    expect(await uploads.round()).toBe(0);
    desk.http.clock.advanceMs(2 * 3_600_000);
    expect(await uploads.round()).toBeGreaterThan(0);
    expect((await desk.call(desk.ana, 'get', `/attachments/${body.id}`)).status).toBe(404);
  });

  it('too large: 413, and nothing is kept; no file: 422; broken multipart: 400', async () => {
    const large = await upload(desk.ana, Buffer.alloc(700_000, 'x'), 'grande.bin');
    expect([large.status, large.body.code]).toEqual([413, 'body_too_large']);
    const fine = await upload(desk.ana, Buffer.alloc(500_000, 'x'), 'cabe.bin');
    expect(fine.status).toBe(201);
    const none = await desk.http
      .api()
      .post('/api/v1/attachments')
      .set('Authorization', `Bearer ${desk.ana.token}`)
      .field('name', 'x');
    expect(none.status).toBe(422);
    const broken = await desk.http
      .api()
      .post('/api/v1/attachments')
      .set('Authorization', `Bearer ${desk.ana.token}`)
      .set('Content-Type', 'multipart/form-data; boundary=abc')
      .send('--abc\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nxx');
    expect(broken.status).toBe(400);
  });

  it('files are served so that a browser runs nothing of them', async () => {
    const { body } = await upload(
      desk.ana,
      Buffer.from('<script>alert(1)</script>'),
      'página "x".html',
    );
    const file = await desk.call(desk.ana, 'get', `/attachments/${body.id}`);
    expect(file.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    });
    expect(file.headers['content-disposition']).toMatch(
      /^attachment; filename="pagina _x_\.html"; filename\*=UTF-8''p%C3%A1gina%20%22x%22\.html$/,
    );
    expect(file.headers['content-length']).toBe('25');
    expect(file.headers['content-type']).toBe('application/octet-stream');
  });
});

describe('what is shown of a received message', () => {
  it('sanitised HTML: cid images become attachment URLs, nothing loads from elsewhere, nothing runs', async () => {
    const staged = await upload(desk.ana, Buffer.from('png'), 'x.png');
    const [blob] = await desk.http.database.query<{ sha256: Buffer }>(
      `select sha256 from attachments where id = $1`,
      [staged.body.id],
    );
    const { ticketId } = await desk.open({
      mail: desk.mail({
        html: `<p onclick="x()">Olá <img src="cid:logo@a"><img src="https://espiao.example/p.gif" alt="pixel">
          <script>alert(1)</script><a href="javascript:x()">a</a><iframe src="//x"></iframe>
          <span style="background:url(https://x.example/a);color:red">b</span></p>`,
        attachments: [
          {
            filename: 'logo.png',
            mediaType: 'image/png',
            sizeBytes: 3,
            sha256: blob!.sha256,
            contentId: 'logo@a',
            inline: true,
          },
        ],
      }),
    });
    const [message] = await desk.messages(ticketId);
    const html = message!['html'] as string;
    expect(html).toContain(`<img src="/api/v1/attachments/${message!['attachments'][0].id}"`);
    expect(html).not.toMatch(/espiao|script|onclick|javascript|iframe|url\(/);
    expect(html).toContain('color:red');
  });

  it('the original is served as it came, to those who may see the ticket', async () => {
    const staged = await upload(desk.ana, Buffer.from('From: a@b\r\n\r\nOi'), 'x.eml');
    const [intake] = await desk.http.database.inTransaction((tx) =>
      tx.query<{ id: string }>(
        `insert into intake (mailbox_key, queue_key, folder, uidvalidity, uid, size_bytes, sha256, received_at, fetched_at, state)
         select 'suporte', 'suporte', 'INBOX', 1, 1, size_bytes, sha256, now(), now(), 'stored' from attachments where id = $1
         returning id`,
        [staged.body.id],
      ),
    );
    const { ticketId } = await desk.open({ mail: desk.mail({ intakeId: intake!.id }) });
    const [message] = await desk.messages(ticketId);
    const raw = await desk.http
      .api()
      .get(message!['rawUrl'] as string)
      .set('Authorization', `Bearer ${desk.ana.token}`)
      .buffer(true)
      .parse((response, done) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => done(null, Buffer.concat(chunks)));
      });
    expect(raw.status).toBe(200);
    expect(raw.headers['content-type']).toContain('message/rfc822');
    expect((raw.body as Buffer).toString()).toBe('From: a@b\r\n\r\nOi');
  });
});
