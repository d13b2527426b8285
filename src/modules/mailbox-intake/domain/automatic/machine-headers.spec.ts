import { describe, expect, it } from '@jest/globals';
import { asksForSilence, machineByHeaders } from './machine-headers.js';

const by = (name: string, value: string): string | null =>
  machineByHeaders({ headers: { [name]: [value] } });

describe('machineByHeaders', () => {
  it.each([
    ['auto-submitted', 'auto-generated'],
    ['auto-submitted', 'auto-replied (vacation)'],
    ['return-path', '<>'],
    ['return-path', '<MAILER-DAEMON>'],
    ['x-autoreply', 'yes'],
    ['x-autorespond', 'Re: oi'],
    ['x-autoreply-from', 'ana@cliente.test'],
    ['precedence', 'auto_reply'],
    ['preference', 'auto_reply'],
    ['delivered-to', 'Autoresponder'],
    ['x-post-messageclass', '9; Autoresponder'],
    ['x-mailer', 'cPanel autoresponder 2.1'],
    ['x-ms-exchange-generated-message-source', 'Mailbox Rules Agent'],
  ])('D21: %s: %s is a machine’s', (name, value) => expect(by(name, value)).not.toBeNull());
  it.each([
    ['auto-submitted', 'no'],
    ['x-autoreply', 'no'],
    ['return-path', '<ana@cliente.test>'],
    ['delivered-to', 'suporte@hd.test'],
    ['x-mailer', 'Microsoft Outlook 16.0'],
    ['precedence', 'first-class'],
    ['x-ms-exchange-inbox-rules-loop', 'suporte@hd.test'],
  ])('D21: %s: %s is a person’s', (name, value) => expect(by(name, value)).toBeNull());
  it('D21: who asks that nothing automatic answers is not answered', () => {
    expect(asksForSilence({ headers: { 'x-auto-response-suppress': ['All'] } })).toBe(true);
    expect(asksForSilence({ headers: { 'x-auto-response-suppress': ['DR, NDR'] } })).toBe(false);
    expect(asksForSilence({ headers: {} })).toBe(false);
  });
});
