import { describe, expect, it } from '@jest/globals';
import { isChallenge } from './challenge.js';
import { machineByWords } from './machine-words.js';

const words = (
  subject: string,
  visibleText = 'Bom dia, segue.',
): ReturnType<typeof machineByWords> => machineByWords({ subject, visibleText });

describe('machineByWords', () => {
  it.each([
    'Resposta automática: Chamado 123',
    'Ausência temporária',
    'Fora do escritório: Retorno',
    'Estou de férias até 10/12',
    'Aviso de férias',
    'Automatic reply: Your ticket',
    'Out of Office: invoice',
    'AUTO: Maria Silva is out of the office (returning 05/01)',
    'Maria Silva is out of the office',
    'Re: pedido (Automatic Response)',
    'Respuesta automática: factura',
    'Fuera de la oficina',
    'Réponse automatique : facture',
    'Automatische Antwort: Rechnung',
    'Abwesenheitsnotiz: Urlaub',
    'Risposta automatica: fattura',
    'Автоответ: счет',
    '自動応答: 件名',
  ])('D21: the subject %s is a responder’s', (subject) => expect(words(subject)).toBe('subject'));

  it.each([
    'Esta é uma resposta automática. Retornaremos em até dois dias úteis.',
    'Recebemos seu e-mail.\n\nEsta mensagem foi enviada automaticamente, por favor não responda.',
    'Thank you for writing. This is an automated response.',
    'Esta es una respuesta automática: volveré el lunes.',
  ])('D21: the text %j says so itself', (text) => expect(words('Re: Chamado', text)).toBe('text'));

  it.each([
    ['Férias coletivas: o sistema para?', 'Vamos parar em dezembro.'],
    ['Dúvida sobre férias', 'Estou de férias e não consigo acessar o painel pelo celular.'],
    ['Como configuro uma resposta automática', 'Quero avisar os clientes que estarei fora.'],
    ['Re: Automatic reply: Your ticket', 'Recebi isto de vocês, o que é?'],
    ['ENC: Resposta automática', 'Olhem o que voltou.'],
    ['Erro', 'Ao salvar aparece "mensagem automática não pôde ser enviada". Como resolvo?'],
    ['Resposta automática não funciona?', 'Configurei ontem.'],
    ['Ausência de retorno', 'Escrevi na segunda e ninguém respondeu.'],
    ['Automação de marketing', 'Os e-mails automáticos não saem.'],
  ])('D21: %s is a person’s', (subject, text) => expect(words(subject, text)).toBeNull());
});

describe('isChallenge', () => {
  it.each([
    [
      'Confirmação de remetente',
      'Sua mensagem está retida. Clique no link abaixo para que seja entregue.',
    ],
    [
      'AntiSpam UOL » solicitação',
      'Para que sua mensagem seja encaminhada, por favor, clique aqui.',
    ],
    [
      'Please confirm your message',
      'Your message is being held. Please reply to this message to prove you are human.',
    ],
    [
      'Verify',
      'You are not yet on my approved senders list. Click the link below to verify your address.',
    ],
  ])('D21: %s asks the sender to confirm', (subject, text) =>
    expect(isChallenge({ subject, text })).toBe(true),
  );
  it.each([
    ['Confirmação de compra', 'Confirme a mensagem acima, por favor.'],
    ['Link quebrado', 'Cliquei no link que vocês enviaram e não abriu.'],
    ['Mensagem', 'Minha mensagem está aguardando resposta desde ontem.'],
  ])('D21: %s does not', (subject, text) => expect(isChallenge({ subject, text })).toBe(false));
});
