import path from 'node:path';
import { DEMO_AGENT_PASSWORD, DEMO_AGENTS } from './demo-desk.js';
import { DEMO_MAIL_PASSWORD, type DemoMailServer } from './demo-mail-server.js';
import { packageRoot } from './package-root.js';

/** What a newcomer needs to play with the running demo. */
export function demoInstructions(demo: {
  url: string;
  mail: DemoMailServer;
  customer: string;
  tokens: Readonly<Record<string, string>>;
  /** A ticket that the support agent sees. */
  protocol: string;
  directory: string;
  logFile: string;
}): string {
  const { url, mail, customer, tokens, protocol } = demo;
  const imap = mail.imapPorts[customer];
  const shown = (file: string): string => {
    const relative = path.relative(packageRoot(), file);
    return relative.startsWith('..') ? file : relative;
  };
  const agents = DEMO_AGENTS.map(
    ({ email, role, queues }) =>
      `    ${email.padEnd(18)} ${role.padEnd(11)} ${queues.join(', ') || '(no queue: configuration and counts)'}`,
  ).join('\n');
  return `
The helpdesk is running with sample tickets. Ctrl-C ends it.

  API              ${url}/api/v1
  API docs         ${url}/api/docs
  Customers' form  ${url}/portal/new
  Log              ${shown(demo.logFile)}

  Agents           password: ${DEMO_AGENT_PASSWORD}
${agents}

  Write to         SMTP 127.0.0.1:${mail.smtpPort}   suporte@demo.test, financeiro@demo.test (no TLS, no log-in)
  Customer reads   IMAP 127.0.0.1:${imap}   user ${customer}, password ${DEMO_MAIL_PASSWORD} (no TLS)
                   Answers to any other sender you invent arrive there too.

Try it, in another terminal:

  TOKEN=${tokens['sonia@demo.test'] ?? ''}

  # A customer writes, a ticket opens:
  printf 'From: ${customer}\\nTo: suporte@demo.test\\nSubject: Meus leads sumiram\\n\\nPodem ajudar?\\n' |
    curl -s smtp://127.0.0.1:${mail.smtpPort} --mail-from ${customer} --mail-rcpt suporte@demo.test -T -
  curl -s -H "Authorization: Bearer $TOKEN" '${url}/api/v1/tickets?sort=createdAt:desc&limit=3'

  # An agent answers a ticket by its protocol:
  curl -s -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -d '{"text":"Olá! Já verificamos e está tudo certo agora."}' ${url}/api/v1/tickets/${protocol}/replies

  # The customer reads the acknowledgements and the answer (EXAMINE shows how many; MAILINDEX=1 is the first):
  curl -s 'imap://127.0.0.1:${imap}/INBOX' -X 'EXAMINE INBOX' -u ${customer}:${DEMO_MAIL_PASSWORD}
  curl -s 'imap://127.0.0.1:${imap}/INBOX;MAILINDEX=1' -u ${customer}:${DEMO_MAIL_PASSWORD}

The data stays in ${shown(demo.directory)}/ for the next start; delete that folder to begin anew.
`;
}
