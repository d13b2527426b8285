import { describe, expect, it } from '@jest/globals';
import { FixedClock } from './clock.js';
import { SignedLinks, type LinkKey } from './signed-links.js';

const OLD: LinkKey = { id: 'k2025', secret: 'o'.repeat(32) };
const NEW: LinkKey = { id: 'k2026', secret: 'n'.repeat(32) };

function set(keys: readonly LinkKey[] = [NEW]): { links: SignedLinks; clock: FixedClock } {
  const clock = new FixedClock(new Date('2026-11-05T13:00:00Z'));
  return {
    links: new SignedLinks(
      clock,
      () => keys,
      () => 'https://ajuda.exemplo.com.br',
    ),
    clock,
  };
}

describe('D8, D12: signed links', () => {
  it('gives the subject back until it expires', () => {
    const { links, clock } = set();
    const token = links.sign('portal', 'joão+x@cliente.example', 2);
    expect(token).toMatch(/^[\w.-]+$/);
    expect(links.verify('portal', token)).toBe('joão+x@cliente.example');
    clock.advanceMs(2 * 86_400_000);
    expect(links.verify('portal', token)).toBeNull();
  });

  it('is bound to its purpose', () => {
    const { links } = set();
    expect(links.verify('portal', links.sign('feedback', '1000001', 1))).toBeNull();
  });

  it('refuses any change of any part', () => {
    const { links } = set();
    const token = links.sign('feedback', '1000001', 1);
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(links.verify('feedback', token.slice(0, at) + other + token.slice(at + 1))).toBeNull();
    }
    for (const garbage of ['', '.', '...', 'a.b.c.d', `${token}.x`, 'x'.repeat(5_000)]) {
      expect(links.verify('feedback', garbage)).toBeNull();
    }
  });

  it('rotates: the first key signs, all verify, a removed one no longer does', () => {
    const token = set([OLD]).links.sign('portal', 'a@b.example', 1);
    expect(set([NEW, OLD]).links.verify('portal', token)).toBe('a@b.example');
    expect(set([NEW]).links.verify('portal', token)).toBeNull();
    expect(set([NEW, OLD]).links.sign('portal', 'a', 1).split('.')[0]).toBe(
      Buffer.from('k2026').toString('base64url'),
    );
  });

  it('makes the address for a mail', () => {
    const { links } = set();
    const url = new URL(links.url('portal', 'a@b.example', 1));
    expect(url.origin + url.pathname).toBe('https://ajuda.exemplo.com.br/portal');
    expect(links.verify('portal', url.searchParams.get('token') ?? '')).toBe('a@b.example');
  });

  it('does not sign without a key', () => {
    expect(() => set([]).links.sign('portal', 'a', 1)).toThrow('No key');
  });
});
