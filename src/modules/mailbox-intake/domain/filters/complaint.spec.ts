import { describe, expect, it } from '@jest/globals';
import type { ParsedMail } from '../parsed-mail.js';
import { returnedMessageIds } from '../returned-message.js';
import { complaint } from './complaint.js';
import { context, mail } from './filter-cases.js';

const returned = { messageId: 'ours@hd.test', ticketId: '1000001', recipients: [] };
const report = (type: string): Partial<ParsedMail> => ({
  report: {
    type: 'feedback-report',
    status: `Feedback-Type: ${type}\nVersion: 1`,
    originalHeader: '',
  },
});

describe('complaint', () => {
  it.each([
    ['abuse', 'O destinatário marcou a nossa mensagem como spam.', 'reclamacao_de_spam'],
    ['not-spam', 'O destinatário informou que a nossa mensagem não é spam.', null],
    ['auth-failure', 'Um servidor informa que a nossa mensagem falhou na autenticação.', null],
  ])(
    'D21: a feedback report of type %s is shown on its ticket (RFC 5965)',
    (type, meaning, mark) => {
      expect(complaint.run(mail(report(type)), context({ returned }))).toMatchObject({
        plan: { kind: 'machine', what: 'complaint', ticketId: '1000001', meaning, mark },
      });
    },
  );
  it('D22: one about a stranger’s mail is recorded', () => {
    expect(complaint.run(mail(report('abuse')), context())).toMatchObject({
      plan: { kind: 'record', disposition: 'complaint', ticketId: null },
    });
  });
  it('knows the JSON of a sending service, and the mail it is about', () => {
    const text = JSON.stringify({
      notificationType: 'Complaint',
      complaint: { complainedRecipients: [{ emailAddress: 'ana@cliente.test' }] },
      mail: { headers: [{ name: 'Message-ID', value: '<ours@hd.test>' }] },
    });
    const notification = mail({ text: `${text}\n\n--\nSair da lista: https://x.test` });
    expect(returnedMessageIds(notification)).toEqual(['ours@hd.test']);
    expect(complaint.run(notification, context({ returned }))).toMatchObject({
      plan: { kind: 'machine', what: 'complaint' },
    });
  });
  it('a person who complains passes', () => {
    const angry = mail({
      subject: 'Reclamação',
      text: 'Isto é spam! Quero cancelar o recebimento.',
    });
    expect(complaint.run(angry, context()).verdict).toBe('pass');
  });
});
