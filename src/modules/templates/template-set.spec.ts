import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contractOf, sampleData, TEMPLATE_NAMES, type TemplateName } from './domain/contracts.js';
import { describeProblem } from './domain/check-part.js';
import { TemplateSet, type CommonData } from './template-set.js';

const COMPANY: CommonData = { companyName: 'Empresa', helpCenterUrl: null };

async function loaded(directory?: string): Promise<TemplateSet> {
  const load = await TemplateSet.load(directory);
  if (load.kind === 'broken') throw new Error(load.problems.map(describeProblem).join('\n'));
  return load.set;
}

function sample(name: TemplateName, which: 'full' | 'bare'): Record<string, unknown> {
  return sampleData(contractOf(name), which);
}

describe('our own templates', () => {
  it.each(TEMPLATE_NAMES)('%s is sound and renders with all and with the least', async (name) => {
    const set = await loaded();
    for (const which of ['full', 'bare'] as const) {
      const mail = set.render(name, sample(name, which), COMPANY);
      for (const part of [mail.subject, mail.text, mail.html]) {
        expect(part).not.toMatch(/\{\{|\{%|undefined|null|\[object/);
      }
      expect(mail.subject).not.toBe('');
      expect(mail.text).not.toMatch(/\n{3,}/);
      expect(mail.html).not.toMatch(/href=""/);
    }
  });

  it('D7: the acknowledgement names protocol, reason and date and asks only for what is missing', async () => {
    const set = await loaded();
    const data = { ...sample('acknowledgement', 'full'), asksAccessEmail: false };
    const { text, html } = set.render('acknowledgement', data, COMPANY);
    for (const part of [text, html]) {
      expect(part).toContain('1000123');
      expect(part).toContain('Domínios');
      expect(part).toContain('quarta-feira, 25 de novembro de 2026, até as 18h');
      expect(part).toContain('ID Suporte');
      expect(part).not.toContain('e-mail de acesso');
    }
  });

  it('D4 D7: a reason that is not known yet reads "a classificar"', async () => {
    const set = await loaded();
    for (const name of ['acknowledgement', 'acknowledgement-late', 'follow-up-opened'] as const) {
      const { text, html } = set.render(
        name,
        { ...sample(name, 'full'), reasonLabel: null },
        COMPANY,
      );
      expect(text).toContain('Motivo de contato: a classificar\n');
      expect(html).toContain('<strong>Motivo de contato:</strong> a classificar');
    }
  });

  it('D18: outside service hours it says so and points to the help centre only where there is one', async () => {
    const set = await loaded();
    const data = sample('acknowledgement', 'full');
    delete data['helpCenterUrl'];
    const without = set.render('acknowledgement', data, COMPANY).text;
    const with_ = set.render('acknowledgement', data, {
      ...COMPANY,
      helpCenterUrl: 'https://ajuda.empresa.test',
    }).text;
    const inside = set.render(
      'acknowledgement',
      { ...data, insideServiceHours: true },
      COMPANY,
    ).text;
    expect(without).toContain('fora do horário de atendimento');
    expect(without).not.toContain('central de ajuda');
    expect(with_).toContain('central de ajuda: https://ajuda.empresa.test');
    expect(inside).not.toContain('fora do horário');
  });

  it('D15: the late acknowledgement promises no date that has passed', async () => {
    const set = await loaded();
    const data = { ...sample('acknowledgement-late', 'full'), promisedDate: null };
    expect(set.render('acknowledgement-late', data, COMPANY).text).not.toContain('Retorno:');
  });

  it('D25: twins are named with their protocols', async () => {
    const { text } = (await loaded()).render(
      'acknowledgement',
      sample('acknowledgement', 'full'),
      COMPANY,
    );
    expect(text).toContain('1000124 (Financeiro)');
  });

  it('D23: markup and links in a name do not reach automatic mail', async () => {
    const data = {
      ...sample('acknowledgement', 'full'),
      requesterName: 'Ana <b>x</b> https://golpe.test/a',
    };
    const { text, html } = (await loaded()).render('acknowledgement', data, COMPANY);
    expect(text + html).not.toContain('golpe.test');
    expect(html).not.toContain('<b>x');
  });

  it('an answer in plain text is escaped in the HTML part', async () => {
    const data = { ...sample('reply', 'full'), bodyHtml: null, body: '1 < 2 & <script>' };
    expect((await loaded()).render('reply', data, COMPANY).html).toContain(
      '1 &lt; 2 &amp; &lt;script&gt;',
    );
  });

  it('refuses data that is not in the contract', async () => {
    const set = await loaded();
    expect(() => set.render('reply', { ...sample('reply', 'full'), senha: 'x' }, COMPANY)).toThrow(
      'no variable senha',
    );
    const data = { ...sample('portal-link', 'full'), portalUrl: 'javascript:alert(1)' };
    expect(() => set.render('portal-link', data, COMPANY)).toThrow('portalUrl');
  });
});

describe("the operator's templates", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'helpdesk-templates-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  async function problemsOf(file: string, source: string): Promise<string[]> {
    await writeFile(path.join(directory, `${file}.liquid`), source);
    const load = await TemplateSet.load(directory);
    return load.kind === 'sound'
      ? []
      : load.problems.map((problem) => describeProblem(problem).replace(`${directory}/`, ''));
  }

  it('replace ours by name', async () => {
    await writeFile(path.join(directory, 'acknowledgement.subject.liquid'), 'Oi, {{ protocol }}');
    const set = await loaded(directory);
    const mail = set.render('acknowledgement', sample('acknowledgement', 'full'), COMPANY);
    expect(mail.subject).toBe('Oi, 1000123');
  });

  it.each([
    [
      'an unknown variable',
      'Olá\n\n{{ protocolo }}',
      '3:4: unknown variable "protocolo"; did you mean "protocol"?',
    ],
    [
      'one in a branch never taken',
      '{% if false %}\n{{ xyz }}{% endif %}',
      '2:4: unknown variable "xyz"; known here:',
    ],
    [
      'an unknown filter',
      'a\n{{ protocol | upcas }}',
      '2:1: unknown filter "upcas"; did you mean "upcase"?',
    ],
    ['raw', '{{ protocol | raw }}', '1:1: unknown filter "raw"; markup cannot be let through'],
    ['an unclosed tag', 'a\nb\n{% if protocol %}x', '3:1: tag {% if protocol %} not closed'],
    ['an unclosed output', 'a\n{{ protocol', '2:1: '],
    ['a missing guard', 'a\n\n  {{ reasonLabel }}', '3:3: this may be empty: guard it'],
    [
      'an unknown field',
      '{% for t in twins %}\n{{ t.numero }}{% endfor %}',
      '2:4: undefined variable: t.numero',
    ],
    ['a list as text', '{{ twins }}', '1:1: a list cannot be printed'],
  ])('refuses %s with file and line', async (_what, source, expected) => {
    expect(await problemsOf('acknowledgement.text', source)).toEqual([
      expect.stringContaining(`acknowledgement.text.liquid:${expected}`),
    ]);
  });

  it('reports the problems of all files at once', async () => {
    await problemsOf('reply.html', '{{ x1 }}');
    expect(await problemsOf('layout.html', '{{ y1 }}')).toHaveLength(2);
  });

  it('names a folder that cannot be read', async () => {
    const load = await TemplateSet.load(path.join(directory, 'nada'));
    expect(load.kind === 'broken' && load.problems.map(describeProblem)[0]).toMatch(
      /nada: the folder/,
    );
  });
});
