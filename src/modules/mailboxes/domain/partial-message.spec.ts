import { describe, expect, it } from '@jest/globals';
import { assemblePartial, firstTextPart, type StructureNode } from './partial-message.js';

const plain: StructureNode = { part: '1.1', type: 'text/plain', parameters: { charset: 'utf-8' } };
const html: StructureNode = { part: '1.2', type: 'text/html' };
const file: StructureNode = { part: '2', type: 'application/zip', disposition: 'attachment' };

describe('firstTextPart (D27)', () => {
  it.each<[string, StructureNode, string | null]>([
    ['one part', { type: 'text/plain' }, 'text'],
    ['one part that is no text', { type: 'application/pdf' }, null],
    [
      'plain before html, whatever their order',
      { type: 'multipart/alternative', childNodes: [html, plain] },
      '1.1',
    ],
    [
      'text before attachment',
      {
        type: 'multipart/mixed',
        childNodes: [{ part: '1', type: 'multipart/alternative', childNodes: [plain, html] }, file],
      },
      '1.1',
    ],
    [
      'an attached text only where there is no other',
      {
        type: 'multipart/mixed',
        childNodes: [
          { part: '1', type: 'text/plain', disposition: 'attachment' },
          { part: '2', type: 'text/html' },
        ],
      },
      '2',
    ],
    [
      'the attached text',
      {
        type: 'multipart/mixed',
        childNodes: [file, { part: '3', type: 'text/plain', disposition: 'attachment' }],
      },
      '3',
    ],
    ['nothing', { type: 'multipart/mixed', childNodes: [file] }, null],
  ])('%s', (_name, structure, section) => {
    expect(firstTextPart(structure)?.section ?? null).toBe(section);
  });
});

describe('assemblePartial (D27)', () => {
  const header = Buffer.from(
    'From: maria@cliente.test\r\nContent-Type: multipart/mixed;\r\n boundary="x"\r\nSubject: Ol\xe1\r\n dobrado\r\nMIME-Version: 1.0\r\n\r\n',
    'latin1',
  );

  it('describes the text part and keeps every other field byte by byte', () => {
    const part = {
      section: '1.1',
      node: { ...plain, encoding: 'QUOTED-PRINTABLE', parameters: { charset: 'a"b' } },
    };
    expect(assemblePartial(header, part, Buffer.from('Oi=\r\n'), false).toString('latin1')).toBe(
      'From: maria@cliente.test\r\nSubject: Ol\xe1\r\n dobrado\r\nMIME-Version: 1.0\r\n' +
        'Content-Type: text/plain; charset="a\\"b"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nOi=\r\n',
    );
  });

  it('ends a cut text at its last whole line', () => {
    const cut = assemblePartial(
      header,
      { section: 'text', node: plain },
      Buffer.from('um\r\ndoi'),
      true,
    );
    expect(cut.toString('latin1').endsWith('\r\n\r\num\r\n')).toBe(true);
  });

  it('is a message with an empty text where there is none', () => {
    const text = assemblePartial(header, null, Buffer.alloc(0), false).toString('latin1');
    expect(text).toContain('Content-Type: text/plain; charset=utf-8\r\n\r\n');
  });
});
