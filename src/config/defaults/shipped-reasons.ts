/** A reason as shipped; `queue` lists keys by preference, for operators may name their queues otherwise. */
export interface ShippedReason {
  readonly label: string;
  readonly queue: readonly string[];
  readonly clues: { readonly words?: readonly string[]; readonly phrases?: readonly string[] };
  readonly action?: 'redirect';
  readonly redirectText?: string;
}

const SUPPORT = ['suporte', 'support'];
const FINANCE = ['financeiro', 'finance', ...SUPPORT];

/** D3 and D5: the reasons out of the box, in the order in which a form shows them. Clues are compared without accents. */
export const SHIPPED_REASONS: Readonly<Record<string, ShippedReason>> = {
  dominios: {
    label: 'Domínios',
    queue: SUPPORT,
    clues: {
      words: [
        'domínio',
        'domínios',
        'subdomínio',
        'dns',
        'cname',
        'nameserver',
        'ssl',
        'dkim',
        'spf',
        'dmarc',
      ],
      phrases: [
        'registro.br',
        'apontamento de domínio',
        'apontar o domínio',
        'zona de dns',
        'certificado ssl',
        'site não seguro',
      ],
    },
  },
  'maquina-de-email': {
    label: 'Máquina de e-mail',
    queue: SUPPORT,
    clues: {
      words: ['newsletter', 'autoresponder', 'descadastro', 'remetente'],
      phrases: [
        'máquina de e-mail',
        'máquina de email',
        'disparo de e-mail',
        'disparo de email',
        'sequência de e-mails',
        'sequência de emails',
        'e-mail marketing',
        'email marketing',
        'taxa de abertura',
        'caindo no spam',
      ],
    },
  },
  'outras-maquinas': {
    label: 'Outras máquinas',
    queue: SUPPORT,
    clues: {
      words: ['sms', 'chatbot', 'bot'],
      phrases: [
        'outra máquina',
        'outras máquinas',
        'máquina de whatsapp',
        'máquina de sms',
        'máquina de messenger',
        'envio de sms',
        'disparo de whatsapp',
      ],
    },
  },
  leads: {
    label: 'Leads',
    queue: SUPPORT,
    clues: {
      words: ['lead', 'leads', 'tag', 'tags'],
      phrases: [
        'lista de contatos',
        'importar contatos',
        'importação de contatos',
        'exportar contatos',
        'pontuação de lead',
        'funil de vendas',
      ],
    },
  },
  paginas: {
    label: 'Páginas',
    queue: SUPPORT,
    clues: {
      words: ['popup', 'formulário'],
      phrases: [
        'página de captura',
        'página de vendas',
        'página de obrigado',
        'landing page',
        'editor de páginas',
        'minha página',
        'página fora do ar',
        'publicar a página',
      ],
    },
  },
  integracoes: {
    label: 'Integrações',
    queue: SUPPORT,
    clues: {
      words: [
        'integração',
        'integrações',
        'integrar',
        'webhook',
        'api',
        'token',
        'zapier',
        'hotmart',
        'eduzz',
        'monetizze',
        'kiwify',
        'pixel',
      ],
      phrases: ['chave de api', 'google analytics', 'facebook ads', 'postback'],
    },
  },
  produtos: {
    label: 'Produtos',
    queue: SUPPORT,
    clues: {
      words: ['curso', 'aula', 'módulo', 'checkout'],
      phrases: [
        'área de membros',
        'meu produto',
        'cadastrar produto',
        'acesso ao curso',
        'link de pagamento do produto',
      ],
    },
  },
  financeiro: {
    label: 'Financeiro',
    queue: FINANCE,
    clues: {
      words: [
        'boleto',
        'boletos',
        'fatura',
        'faturas',
        'cobrança',
        'mensalidade',
        'reembolso',
        'estorno',
        'inadimplência',
        'pix',
        'nf-e',
        'nfe',
        'nfs-e',
      ],
      phrases: [
        'nota fiscal',
        'segunda via',
        '2ª via',
        'cartão de crédito',
        'cobrado em duplicidade',
        'dados de faturamento',
        'comprovante de pagamento',
        'forma de pagamento',
      ],
    },
  },
  comercial: {
    label: 'Comercial',
    queue: SUPPORT,
    clues: {
      phrases: [
        'quero contratar',
        'proposta comercial',
        'falar com vendas',
        'time comercial',
        'mudar de plano',
        'upgrade de plano',
        'conhecer os planos',
      ],
    },
    action: 'redirect',
    redirectText:
      'Contratação, mudança e valores de planos são tratados pelo nosso time Comercial, nos telefones e no WhatsApp que estão no nosso site.',
  },
  cancelamento: {
    label: 'Cancelamento',
    queue: SUPPORT,
    clues: {
      phrases: [
        'cancelar minha assinatura',
        'cancelar a assinatura',
        'cancelar meu plano',
        'cancelar o plano',
        'cancelamento da assinatura',
        'cancelamento do plano',
        'quero cancelar',
      ],
    },
    action: 'redirect',
    redirectText:
      'O cancelamento de planos e assinaturas é tratado pelo nosso time de Cancelamento, nos telefones e no WhatsApp que estão no nosso site.',
  },
};
