import type { FailureReason } from './failure-reasons.js';
import type { ReturnedRecipient } from './read-bounce.js';

/** What happened, in the words of the ticket (pt-BR). */
const MEANINGS: Readonly<Record<FailureReason, string>> = {
  user_unknown: 'O endereço não existe no servidor do destinatário.',
  host_unknown: 'O domínio do endereço não existe ou não recebe e-mails.',
  moved: 'O destinatário mudou de endereço.',
  does_not_accept: 'O domínio do destinatário não recebe e-mails.',
  mailbox_full: 'A caixa postal do destinatário está cheia.',
  suspended: 'A conta do destinatário está desativada ou suspensa.',
  filtered: 'Um filtro do destinatário recusou a mensagem.',
  rejected: 'O servidor do destinatário recusou o nosso endereço de remetente.',
  blocked: 'O servidor do destinatário bloqueia o nosso servidor de e-mail.',
  auth_failure:
    'O servidor do destinatário recusou a mensagem porque a autenticação do nosso domínio falhou (SPF, DKIM ou DMARC).',
  require_ptr: 'O servidor do destinatário exige DNS reverso do nosso servidor de e-mail.',
  spam: 'O servidor do destinatário tomou a mensagem por spam.',
  virus: 'O servidor do destinatário tomou um anexo ou a mensagem por perigosos.',
  policy: 'As regras do servidor do destinatário não permitem a mensagem.',
  content_error: 'O servidor do destinatário não aceita o formato da mensagem.',
  too_big: 'A mensagem é grande demais para o servidor do destinatário.',
  no_relaying: 'O servidor não aceita mensagens para este endereço.',
  syntax_error: 'O endereço está escrito de forma incorreta.',
  expired: 'O servidor do destinatário não aceitou a mensagem a tempo.',
  network_error: 'Não foi possível conectar ao servidor do destinatário.',
  too_many: 'O servidor do destinatário limita a quantidade de mensagens.',
  deferred: 'O servidor do destinatário adiou a entrega (greylisting).',
  system_full: 'O servidor do destinatário está sem espaço.',
  system_error: 'O servidor do destinatário está com um problema.',
  mailer_error: 'Um programa no servidor do destinatário falhou.',
  loop: 'A mensagem ficou circulando entre servidores.',
  delivered: 'A mensagem foi entregue.',
  unknown: 'O motivo não foi informado.',
};

/** "A caixa postal do destinatário está cheia." and, where it is not lost yet, that the server goes on trying. */
export function meaningOf({ reason, final }: Pick<ReturnedRecipient, 'reason' | 'final'>): string {
  if (reason === 'delivered' || final) return MEANINGS[reason];
  return `Ainda não entregue; o servidor continua tentando. ${MEANINGS[reason]}`;
}

/** The meaning with the server's own words behind it, for those who can read them. */
export function explained(recipient: ReturnedRecipient): string {
  const said = recipient.diagnostic.replace(/^[\w-]+;\s*/, '');
  const meaning = meaningOf(recipient);
  return said === '' ? meaning : `${meaning} Resposta do servidor: ${said}`;
}
