import { describe, expect, it } from '@jest/globals';
import {
  attachmentDisposition,
  safeFilename,
  safeMediaType,
  servedMediaType,
} from './file-names.js';

describe('names of files', () => {
  it.each([
    ['boleto.pdf', 'boleto.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\docs\\nota.xml', 'nota.xml'],
    ['a\u202Efdp.exe', 'afdp.exe'],
    ['  .htaccess', 'htaccess'],
    ['\r\n', 'anexo'],
    [`${'a'.repeat(300)}.pdf`, `${'a'.repeat(196)}.pdf`],
  ])('%j → %j', (name, expected) => {
    expect(safeFilename(name)).toBe(expected);
  });

  it.each([
    ['Text/HTML; charset=utf-8', 'text/html'],
    ['nonsense', 'application/octet-stream'],
    ['a/b\r\nX: y', 'application/octet-stream'],
  ])('type %j → %j', (said, expected) => {
    expect(safeMediaType(said)).toBe(expected);
  });

  it.each([
    ['text/html', 'application/octet-stream'],
    ['Image/SVG+xml', 'application/octet-stream'],
    ['application/xhtml+xml', 'application/octet-stream'],
    ['text/xml', 'application/octet-stream'],
    ['application/javascript', 'application/octet-stream'],
    ['multipart/x-mixed-replace', 'application/octet-stream'],
    ['text/vnd.x.html', 'application/octet-stream'],
    ['image/png', 'image/png'],
    ['application/pdf', 'application/pdf'],
    ['text/plain', 'text/plain'],
    ['message/rfc822', 'message/rfc822'],
    [
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ],
  ])('%j is served as %j', (said, served) => {
    expect(servedMediaType(said)).toBe(served);
  });

  it.each([
    ['a.pdf', `attachment; filename="a.pdf"; filename*=UTF-8''a.pdf`],
    ['ação.pdf', `attachment; filename="acao.pdf"; filename*=UTF-8''a%C3%A7%C3%A3o.pdf`],
    ['x"y\\z.pdf', `attachment; filename="z.pdf"; filename*=UTF-8''z.pdf`],
    ["d'o.pdf", `attachment; filename="d'o.pdf"; filename*=UTF-8''d%27o.pdf`],
    ['日本', `attachment; filename="anexo"; filename*=UTF-8''%E6%97%A5%E6%9C%AC`],
  ])('RFC 6266: %j', (name, expected) => {
    expect(attachmentDisposition(name)).toBe(expected);
  });
});
