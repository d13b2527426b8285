import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { blobLocation } from './blob-location.js';

describe('blobLocation', () => {
  it('fans out by the first two bytes of the hash', () => {
    const sha256 = createHash('sha256').update('').digest();
    expect(blobLocation(sha256)).toBe(
      'e3/b0/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });
});
