import { createTransport } from 'nodemailer';

interface SampleMail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly attachments?: readonly { filename: string; content: string }[];
}

/** A morning in a small software company's mailboxes. Senders are invented; answers to them arrive at the customer's mailbox. */
const SAMPLES: readonly SampleMail[] = [
  {
    from: 'Cliente Demonstração <cliente@demo.test>',
    to: 'suporte@demo.test',
    subject: 'Domínio novo não abre a página',
    text: `Olá, bom dia!

Apontei o domínio www.lojadaflor.com.br para vocês ontem à tarde e a página ainda não abre.
O DNS já está propagado. Podem verificar, por favor?

Obrigada,
Marina Alves
Loja da Flor`,
  },
  {
    from: 'João Pereira <joao@padariacentral.test>',
    to: 'suporte@demo.test',
    subject: 'Integração com a loja parou',
    text: `Boa tarde,

Desde segunda-feira a integração com a nossa loja responde com erro no webhook.
A mensagem está no arquivo em anexo. Meu e-mail de acesso é compras@padariacentral.test.

João Pereira
Padaria Central`,
    html: `<p>Boa tarde,</p><p>Desde <b>segunda-feira</b> a integração com a nossa loja responde com erro no webhook.<br>
A mensagem está no arquivo em anexo. Meu e-mail de acesso é compras@padariacentral.test.</p><p>João Pereira<br>Padaria Central</p>`,
    attachments: [
      { filename: 'erro-integração.txt', content: 'HTTP 401 Unauthorized\ntoken expirado\n' },
    ],
  },
  {
    from: 'Ana Lima <ana@estudiolima.test>',
    to: 'financeiro@demo.test',
    subject: 'Boleto de novembro não chegou',
    text: `Olá,

Ainda não recebi o boleto da mensalidade de novembro. Podem enviar a segunda via?
O CNPJ é o mesmo do cadastro.

Ana Lima
Estúdio Lima`,
  },
  {
    from: 'Rafael Costa <rafael@costaimoveis.test>',
    to: 'suporte@demo.test, financeiro@demo.test',
    subject: 'Página de captura fora do ar e o débito de novembro',
    text: `Prezados,

A minha página de captura está fora do ar desde cedo. Copio o financeiro porque o valor de novembro
foi debitado duas vezes da nossa conta. Podem ver as duas coisas?

Rafael Costa`,
  },
  {
    from: 'Beatriz Nunes <beatriz@escolanunes.test>',
    to: 'suporte@demo.test',
    subject: 'Resposta automática: férias',
    text: 'Estou de férias até 30/11. Em caso de urgência fale com a secretaria.',
    headers: { 'Auto-Submitted': 'auto-replied', Precedence: 'bulk' },
  },
];

/** Sends the sample mails one after the other through SMTP, as any mail program would; returns how many. */
export async function sendSamples(smtpPort: number): Promise<number> {
  const transport = createTransport({
    host: '127.0.0.1',
    port: smtpPort,
    secure: false,
    ignoreTLS: true,
  });
  try {
    for (const sample of SAMPLES) {
      await transport.sendMail({ ...sample, attachments: [...(sample.attachments ?? [])] });
    }
    return SAMPLES.length;
  } finally {
    transport.close();
  }
}
