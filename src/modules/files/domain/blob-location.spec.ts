import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { blobLocation, isBlobLocation, sealedLocation } from './blob-location.js';

const sha256 = createHash('sha256').update('').digest();

describe('blobLocation', () => {
  it('fans out by the first two bytes of the hash and is another one every time', () => {
    expect(blobLocation(sha256, Buffer.alloc(8, 0xab))).toBe(
      'e3/b0/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855-abababababababab',
    );
  });

  it('tells nothing of the content where it is sealed', () => {
    expect(sealedLocation(Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'))).toBe(
      '00/01/000102030405060708090a0b0c0d0e0f',
    );
  });
});

describe('isBlobLocation', () => {
  it.each([
    ['a file of today', blobLocation(sha256, Buffer.alloc(8)), true],
    ['a sealed file', sealedLocation(Buffer.alloc(16, 7)), true],
    ['a file of before', `e3/b0/${sha256.toString('hex')}`, true],
    ['a file in the wrong folder', `e3/b1/${sha256.toString('hex')}`, false],
    ['what an operator left there', 'e3/b0/README.txt', false],
    ['what climbs out', '../../etc/passwd', false],
    ['a file that is being written', 'tmp/0b0a', false],
  ])('%s', (_, location, ours) => {
    expect(isBlobLocation(location)).toBe(ours);
  });
});
