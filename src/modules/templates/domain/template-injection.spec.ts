import { describe, expect, it } from '@jest/globals';
import { makeEngine } from './liquid-engine.js';

const render = (source: string, data: object = {}): string => {
  const engine = makeEngine('html', false);
  return engine.renderSync(engine.parse(source), data) as string;
};

/** What an operator who may edit a template, and nothing else, could try. */
describe('a hostile template', () => {
  const data = { ticket: { protocol: '1000123', subject: 'Oi' }, list: [1, 2] };

  it.each([
    '{{ ticket.constructor }}',
    '{{ ticket.__proto__ }}',
    '{{ ticket.constructor.constructor }}',
    '{{ ticket["constructor"]["constructor"] }}',
    '{{ ticket.toString }}',
    '{{ ticket.protocol.constructor }}',
    '{{ list.constructor }}',
    '{{ list.map }}',
    '{{ __proto__ }}',
    '{{ constructor }}',
    '{{ process.env }}',
    '{{ globalThis }}',
    '{{ this }}',
    '{{ require }}',
  ])('reaches nothing of the machine: %s', (source) => {
    let said: string;
    try {
      said = render(source, data);
    } catch (error) {
      said = (error as Error).name;
    }
    expect(said).toMatch(/^(UndefinedVariableError|RenderError|ParseError|TokenizationError|)$/);
  });

  it.each([
    '{% include "/etc/passwd" %}',
    '{% render "../../../etc/passwd" %}',
    '{% layout "/etc/passwd" %}',
    '{% include file %}',
  ])('reads no file: %s', (source) => {
    expect(() => render(source, { file: '/etc/passwd' })).toThrow(
      /ENOENT|not (found|exist)|Failed|file/i,
    );
  });

  it('changes no prototype', () => {
    try {
      render(
        '{% assign __proto__ = "x" %}{% capture constructor %}x{% endcapture %}{{ ticket.protocol }}',
        data,
      );
    } catch {
      // Refusing is as good as leaving everything as it was.
    }
    expect(({} as { x?: unknown }).x).toBeUndefined();
    expect({}.constructor).toBe(Object);
  });

  it('does not run for ever, nor fill the memory', () => {
    const began = performance.now();
    expect(() =>
      render('{% for a in (1..100000) %}{% for b in (1..100000) %}{{ a }}{% endfor %}{% endfor %}'),
    ).toThrow(/limit/);
    expect(() => render('{% for a in (1..900000000) %}x{% endfor %}')).toThrow(/limit/);
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});

describe('what a customer wrote, in a template', () => {
  it.each([
    '{{ 7 | times: 7 }}',
    '{% include "x" %}',
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='x",
  ])('is text, whatever it looks like: %s', (written) => {
    const shown = render('<p title="{{ subject }}">{{ subject }}</p>', { subject: written });
    expect(shown).not.toMatch(/<script|<img|49/);
    expect(shown.match(/["']/g)).toHaveLength(2);
  });

  it('cannot be let through by a filter', () => {
    expect(() => render('{{ subject | raw }}', { subject: '<b>' })).toThrow(/raw/);
    expect(render('{{ subject | upcase }}', { subject: '<b>' })).toBe('&lt;B&gt;');
  });
});
