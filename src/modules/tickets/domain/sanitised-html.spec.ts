import { describe, expect, it } from '@jest/globals';
import { HTML_LIMITS, sanitisedHtml, withinHtmlLimits } from './sanitised-html.js';

const show = (html: string) =>
  sanitisedHtml(html, (id) => (id === 'logo@a' ? '/api/v1/attachments/1' : null));

describe('HTML of a mail as it may be shown', () => {
  it.each([
    ['<script>alert(1)</script>oi', 'oi'],
    ['<style>p{}</style><p>oi</p>', '<p>oi</p>'],
    ['<p onclick="x()">oi</p>', '<p>oi</p>'],
    ['<form action="/x"><input name="a">oi</form>', 'oi'],
    ['<iframe src="https://x.example"></iframe>oi', 'oi'],
    ['<svg><script>x</script></svg>oi', 'oi'],
    [
      '<p style="position:fixed;background:url(https://x.example/a);color:red">a</p>',
      '<p style="color:red">a</p>',
    ],
    ['<img src="https://x.example/p.gif" alt="p">', '<img alt="p" data-blocked="remote" />'],
    ['<img src="//x.example/p.gif">', '<img data-blocked="remote" />'],
    ['<img src="cid:logo@a">', '<img src="/api/v1/attachments/1" />'],
    ['<img src="CID:logo%40a">', '<img src="/api/v1/attachments/1" />'],
    ['<img src="cid:outra">', '<img data-blocked="missing" />'],
    ['<img src="data:image/svg+xml;base64,PHN2Zz4=">', '<img data-blocked="remote" />'],
    [
      '<img srcset="https://x.example/a 2x" src="data:image/png;base64,AAAA">',
      '<img src="data:image/png;base64,AAAA" />',
    ],
    [
      '<a href="https://x.example">a</a>',
      '<a href="https://x.example" target="_blank" rel="noopener noreferrer nofollow">a</a>',
    ],
    [
      '<a href="javascript:alert(1)">a</a>',
      '<a target="_blank" rel="noopener noreferrer nofollow">a</a>',
    ],
    ['<meta http-equiv="refresh" content="0;url=https://x.example">oi', 'oi'],
    ['<link rel="stylesheet" href="https://x.example/a.css">oi', 'oi'],
    ['<base href="https://x.example/">oi', 'oi'],
    ['<div id="root" class="app" name="x">oi</div>', '<div>oi</div>'],
    [
      '<table background="https://x.example/a.png"><tr><td>oi</td></tr></table>',
      '<table><tr><td>oi</td></tr></table>',
    ],
  ])('%s', (html, expected) => {
    expect(show(html)).toBe(expected);
  });

  it.each([
    ['nested too deeply', '<div>'.repeat(50_000)],
    ['too many tags', '<b></b>'.repeat(HTML_LIMITS.tags)],
    ['too large', 'x'.repeat(HTML_LIMITS.characters + 1)],
  ])('%s is not parsed at all', (_name, html) => {
    expect(withinHtmlLimits(html)).toBe(false);
    expect(show(html)).toBeNull();
  });

  it('ordinary long mail passes', () => {
    expect(withinHtmlLimits('<p>texto<br>mais</p>\n'.repeat(5_000))).toBe(true);
  });

  it.each([
    [
      '<img src="https://x.example/p.gif" alt="p" referrerpolicy="unsafe-url">',
      '<img alt="p" referrerpolicy="no-referrer" src="https://x.example/p.gif" />',
    ],
    ['<img src="//x.example/p.gif">', '<img data-blocked="remote" />'],
    ['<img src="ftp://x.example/p.gif">', '<img data-blocked="remote" />'],
    ['<p style="background:url(https://x.example/a)">a</p>', '<p>a</p>'],
  ])('loads remote images only when asked: %j', (html, shown) =>
    expect(sanitisedHtml(html, () => null, 'shown')).toBe(shown),
  );
});
