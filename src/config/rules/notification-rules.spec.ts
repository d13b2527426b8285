import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../load.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

function problemsOf(webhook: string, more = ''): string[] {
  const result = parseConfig(
    `
company: { name: Empresa }
http: { publicUrl: 'https://ajuda.empresa.com.br' }
mailboxes:
  suporte:
    address: suporte@empresa.com.br
    queue: suporte
    imap: { host: imap.empresa.com.br, password: '\${PASSWORD}' }
    smtp: { host: smtp.empresa.com.br }
notifications:
  webhooks:
    - { name: crm, secret: '\${SECRET}', ${webhook} }
${more}
`,
    { env: { PASSWORD: 'x', SECRET }, baseDirectory: '/' },
  );
  return 'problems' in result ? result.problems.map((one) => `${one.path}: ${one.reason}`) : [];
}

describe('webhooks', () => {
  it.each([
    ['url: https://crm.empresa.com.br/x'],
    ['url: http://127.0.0.1:8080/x, allowPrivate: true'],
    ['url: https://crm.local/x, allowPrivate: true, events: [ticket.created], queues: [suporte]'],
  ])('%s is sound', (webhook) => {
    expect(problemsOf(webhook)).toEqual([]);
  });

  it.each([
    ['url: http://crm.empresa.com.br/x', 'url: must be https'],
    ['url: http://127.0.0.1:8080/x', 'url: means this machine'],
    ['url: https://user:pw@crm.empresa.com.br/x', 'url: must not hold a user name'],
    ['url: https://crm.empresa.com.br/x, queues: [nada]', 'queues[0]: names no queue'],
    ['url: https://crm.empresa.com.br/x, events: [ticket.eaten]', 'events'],
    ['url: https://crm.empresa.com.br/x, previousSecret: short', 'previousSecret'],
  ])('%s is refused', (webhook, problem) => {
    expect(problemsOf(webhook).join('\n')).toContain(`notifications.webhooks[0].${problem}`);
  });

  it('a name stands once', () => {
    const second = `    - { name: crm, secret: '\${SECRET}', url: 'https://crm.empresa.com.br/y' }`;
    expect(problemsOf('url: https://crm.empresa.com.br/x', second).join('\n')).toContain(
      'notifications.webhooks[1].name: stands twice',
    );
  });
});
