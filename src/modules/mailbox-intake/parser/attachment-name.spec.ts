import { describe, expect, it } from '@jest/globals';
import { attachmentName, nestedMessageName } from './attachment-name.js';

describe('invisible characters in names of attachments', () => {
  it.each([
    ['turned around', 'fatura\u202Efdp.exe', 'faturafdp.exe'],
    ['isolated', '\u2066fatura\u2069.exe', 'fatura.exe'],
    ['zero-width', 'fa\u200Btu\u200Dra\uFEFF.pdf', 'fatura.pdf'],
    ['nothing but such', '\u202E\u200B', 'anexo-1.pdf'],
  ])('%s', (_, filename, expected) => {
    const part = { filename, contentId: null, description: null };
    expect(attachmentName(part, 'application/pdf', 1)).toBe(expected);
  });

  it('in the subject that names a message inside the message', () => {
    expect(nestedMessageName('Subject: fatura\u202Efdp.exe\r\n\r\n')).toBe('faturafdp.exe.eml');
  });
});
