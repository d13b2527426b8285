import { describe, expect, it } from '@jest/globals';
import { errorSummary, fieldError, html, pageDocument } from './html.js';

describe('pages for people', () => {
  it('escape everything that is not HTML already', () => {
    const text = `<script>alert("x")</script>&'`;
    expect(html`<p title="${text}">${text}</p>`.text).toBe(
      '<p title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;">&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;</p>',
    );
    expect(
      html`${html`<b>${'<'}</b>`}${['a', html`<i></i>`, null, false, undefined, 0]}`.text,
    ).toBe('<b>&lt;</b>a<i></i>0');
  });

  it('say their language and lead from the summary to the field', () => {
    const errors = [{ field: 'email', message: 'Informe o e-mail' }];
    expect(pageDocument({ title: 'T', companyName: 'C & D', body: errorSummary(errors) })).toMatch(
      /<html lang="pt-BR">[\s\S]*C &amp; D[\s\S]*role="alert"[\s\S]*<a href="#email">Informe o e-mail<\/a>/,
    );
    expect(fieldError(errors, 'email').attributes.text).toContain('aria-describedby="email-erro"');
    expect(fieldError(errors, 'name').text.text).toBe('');
  });
});
