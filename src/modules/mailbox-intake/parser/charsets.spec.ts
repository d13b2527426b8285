import { describe, expect, it } from '@jest/globals';
import { decodeCharset, decodeUnlabelled } from './charsets.js';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('decodeCharset', () => {
  it.each([
    ['utf-7', Buffer.from('+ANw-bermittlung'), 'Übermittlung'],
    ['UTF-8', Buffer.from('Ação'), 'Ação'],
    ['iso-8859-1', bytes('41e7e36f'), 'Ação'],
    ['"ISO-8859-1"', bytes('41e7e36f'), 'Ação'],
    ['iso8859_1', bytes('41e7e36f'), 'Ação'],
    ['windows1252', bytes('93ae94'), '“®”'],
    ['cp850', bytes('41 87 c6 6f'), 'Ação'],
    ['iso-2022-jp', bytes('1b2442 2422 1b2842'), 'あ'],
    ['cp932', bytes('82a0'), 'あ'],
    ['gb_2312-80', bytes('bca8d0a7'), '绩效'],
    ['hz-gb-2312', Buffer.from("~{<(P'~}"), '绩效'],
    ['ks_c_5601-1987', bytes('c7d1'), '한'],
    ['iso-2022-kr', bytes('1b242943 0e 4751 0f'), '한'],
    ['koi8-r', bytes('c4c1'), 'да'],
    ['utf-16le', bytes('4100e700'), 'Aç'],
    ['no-such-charset', bytes('41e7e36f'), 'Ação'],
    ['no-such-charset', Buffer.from('Ação'), 'Ação'],
  ])('reads %s', (charset, input, text) => expect(decodeCharset(input, charset)).toBe(text));

  it.each([
    ['UTF-8 under iso-8859-1', 'iso-8859-1', Buffer.from('Não é'), 'Não é'],
    ['windows-1252 under UTF-8', 'utf-8', bytes('4ee36f20e920e76f'), 'Não é ço'],
    ['ISO-2022-JP under us-ascii', 'us-ascii', bytes('1b2442 2422 1b2842'), 'あ'],
    ['UTF-8 under euc-kr', 'ks_c_5601-1987', Buffer.from('não à €'), 'não à €'],
  ])('reads %s as what it is', (_name, charset, input, text) =>
    expect(decodeCharset(input, charset)).toBe(text),
  );

  it('keeps UTF-8 that was cut in the middle of a character', () =>
    expect(decodeCharset(Buffer.from('ação não').subarray(0, -2), 'utf-8')).toBe('ação n\ufffd'));

  it('reads raw bytes by the charset that the message names elsewhere', () => {
    expect(decodeUnlabelled(bytes('bca8d0a7'), 'gb2312')).toBe('绩效');
    expect(decodeUnlabelled(bytes('41e7e36f'), 'utf-8')).toBe('Ação');
  });
});
