import { describe, expect, it, jest } from '@jest/globals';
import { parseConfig, resolveDocument, type LoadedConfig } from './load.js';
import type { ConfigProblem } from './problems.js';

const SMALL = `
company: { name: Empresa }
http: { publicUrl: https://ajuda.empresa.com.br }
mailboxes:
  suporte:
    address: Suporte@Empresa.com.br
    queue: suporte
    imap: { host: imap.empresa.com.br, password: '\${IMAP_PASSWORD}' }
    smtp: { host: smtp.empresa.com.br, tls: starttls, password: '\${SMTP_PASSWORD}' }
`;
const ENV = { IMAP_PASSWORD: 'imap-hunter2', SMTP_PASSWORD: 'smtp-hunter2' };

function load(text: string, env: Record<string, string> = ENV): LoadedConfig {
  const result = parseConfig(text, { env, baseDirectory: '/' });
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result;
}

function problemsOf(text: string, env: Record<string, string> = ENV): ConfigProblem[] {
  const result = parseConfig(text, { env, baseDirectory: '/nowhere' });
  return 'problems' in result ? [...result.problems] : [];
}

describe('a small configuration', () => {
  it('is enough: company, publicUrl and one mailbox', () => {
    const { config } = load(SMALL);
    expect(config.mailboxes['suporte']).toMatchObject({
      address: 'suporte@empresa.com.br',
      mode: 'live',
      startFrom: 'now',
      imap: { port: 993, user: 'suporte@empresa.com.br', password: 'imap-hunter2' },
      smtp: { port: 587, password: 'smtp-hunter2', maxConnections: 4 },
    });
    expect(Object.keys(config.queues)).toEqual(['suporte', 'financeiro', 'produto', 'analistas']);
    expect(config.queues['financeiro']?.private).toBe(true);
    expect(config.portal.mailbox).toBe('suporte');
    expect(config.calendars['default']?.hours.mon).toEqual([{ from: '09:00', to: '18:00' }]);
  });

  it('D3: brings the eight reasons along, Financeiro for the finance queue, the others for support', () => {
    const reasons = Object.values(load(SMALL).config.reasons).filter(
      ({ action }) => action === 'ticket',
    );
    expect(reasons.map(({ label, queue }) => [label, queue])).toEqual([
      ['Domínios', 'suporte'],
      ['Máquina de e-mail', 'suporte'],
      ['Outras máquinas', 'suporte'],
      ['Leads', 'suporte'],
      ['Páginas', 'suporte'],
      ['Integrações', 'suporte'],
      ['Produtos', 'suporte'],
      ['Financeiro', 'financeiro'],
    ]);
  });

  it('D5: Comercial and Cancelamento point to another channel', () => {
    const { reasons } = load(SMALL).config;
    for (const key of ['comercial', 'cancelamento']) {
      expect(reasons[key]).toMatchObject({ action: 'redirect', redirectText: expect.any(String) });
    }
  });

  it('D11, D13, D14: promises 3 business days, 6 for an escalation, 3 for the analysts', () => {
    const { deadlines } = load(SMALL).config;
    expect(deadlines.return.businessDays).toBe(3);
    expect(deadlines.resolution.businessDays).toBe(6);
    expect(deadlines.byQueue['analistas']?.resolution?.businessDays).toBe(3);
  });
});

describe('reasons of the file lie over the shipped ones', () => {
  it('field by field for the same key, and false leaves one out', () => {
    const { reasons } = load(`${SMALL}
reasons:
  dominios: { clues: { words: [dominio] } }
  leads: false
  fiscal: { label: Fiscal, queue: financeiro }
`).config;
    expect(reasons['dominios']).toMatchObject({
      label: 'Domínios',
      queue: 'suporte',
      clues: { words: ['dominio'] },
    });
    expect(reasons['dominios']?.clues.phrases).toContain('registro.br');
    expect(reasons['leads']).toBeUndefined();
    expect(reasons['fiscal']?.label).toBe('Fiscal');
  });

  it('go to the first open queue where the operator named the queues otherwise', () => {
    const { reasons } = load(`${SMALL.replace('queue: suporte', 'queue: n1')}
queues: { diretoria: { name: Diretoria, private: true }, n1: { name: N1 }, finance: { name: Finance, private: true } }
`).config;
    expect(reasons['dominios']?.queue).toBe('n1');
    expect(reasons['financeiro']?.queue).toBe('finance');
  });
});

describe('the configuration as it is shown', () => {
  it('has its fields in the order of the file, required ones first', () => {
    const { config } = load(SMALL);
    expect(Object.keys(config).slice(0, 4)).toEqual(['company', 'http', 'security', 'mailboxes']);
    expect(Object.keys(config.company)[0]).toBe('name');
    expect(Object.keys(config.mailboxes['suporte']!)[0]).toBe('address');
  });
});

describe('a refused configuration', () => {
  it('names every problem at once, with path and line', () => {
    const problems = problemsOf(`company:
  nome: Empresa
http:
  publicUrl: https://ajuda.empresa.com.br/
mailboxes:
  suporte:
    address: suporte
    queue: suporte
    imap:
      host: imap.empresa.com.br
      pasword: x
      port: "993"
    aliases:
      - ok@empresa.com.br
      - not an address
`);
    expect(problems.map(({ path, line }) => [path, line])).toEqual([
      ['company.name', 1],
      ['company.nome', 2],
      ['http.publicUrl', 4],
      ['mailboxes.suporte.smtp', 6],
      ['mailboxes.suporte.address', 7],
      ['mailboxes.suporte.imap.pasword', 11],
      ['mailboxes.suporte.imap.port', 12],
      ['mailboxes.suporte.aliases[1]', 15],
    ]);
    expect(problems.find(({ path }) => path.endsWith('pasword'))?.reason).toBe(
      'is unknown here; did you mean password?',
    );
    expect(problems.find(({ path }) => path === 'company.nome')?.reason).toContain('name');
  });

  it('tells of wrong fields and of wrong references in the same report', () => {
    const paths = problemsOf(`${SMALL.replace('queue: suporte', 'queue: nenhuma')}
security: { sessionIdleMinutes: many }
`).map(({ path }) => path);
    expect(paths).toEqual(['mailboxes.suporte.queue', 'security.sessionIdleMinutes']);
  });

  it('never prints a value of a variable, wherever it stands', () => {
    const text = JSON.stringify(
      problemsOf(
        SMALL.replace('queue: suporte', "queue: '${IMAP_PASSWORD}'").replace(
          'tls: starttls',
          "tls: '${SMTP_PASSWORD}'",
        ),
      ),
    );
    expect(text).toContain('mailboxes.suporte.queue');
    expect(text).toContain('mailboxes.suporte.smtp.tls');
    expect(text).not.toContain('hunter2');
  });

  it.each([
    ['a star', 'password: *hunter2'],
    ['an open quote', 'password: "hunter2'],
    ['a missing blank', 'password:hunter2'],
    ['a tab', '\tpassword: hunter2'],
    ['twice', 'password: hunter2\n      password: hunter2'],
    ['a number', 'password: 1234562'],
    ['a percent sign', 'password: %hunter2'],
    ['a list', 'password: [hunter2]'],
    ['an exclamation mark', 'password: !hunter2 x'],
    ['braces of another tool', 'password: {{hunter2}}'],
    ['as a key', 'hunter2 ü: x'],
  ])('does not print a password that breaks the YAML: %s', (_name, line) => {
    const emitWarning = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const problems = problemsOf(`
company: { name: Empresa }
mailboxes:
  suporte:
    imap:
      ${line}
`);
    expect(problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|1234562/);
    expect(emitWarning).not.toHaveBeenCalled();
    emitWarning.mockRestore();
  });

  it('says which variable is missing and where', () => {
    expect(problemsOf(SMALL, { SMTP_PASSWORD: 'x' })).toEqual([
      {
        path: 'mailboxes.suporte.imap.password',
        reason: 'needs the environment variable IMAP_PASSWORD, which is not set',
        line: 8,
      },
    ]);
  });

  it('says which secret file is missing', () => {
    const [problem] = problemsOf(SMALL.replace('${IMAP_PASSWORD}', '${file:secrets/imap}'));
    expect(problem).toMatchObject({
      path: 'mailboxes.suporte.imap.password',
      reason: 'names the file /nowhere/secrets/imap, which does not exist',
    });
  });

  it.each(['', '[]', 'just text', '- a\n- b'])('an empty or shapeless file: %j', (text) => {
    expect(problemsOf(text)).toHaveLength(1);
  });
});

describe('secrets in plain text', () => {
  const text = SMALL.replace('${IMAP_PASSWORD}', 'plain-hunter2');

  it('work, with a warning, and do not get into the stored document', () => {
    const { config, document, warnings } = load(text);
    expect(config.mailboxes['suporte']?.imap.password).toBe('plain-hunter2');
    expect(warnings.map(({ path }) => path)).toContain('mailboxes.suporte.imap.password');
    expect(JSON.stringify(document)).not.toContain('hunter2');
    expect(JSON.stringify(document)).toContain('${SMTP_PASSWORD}');
  });

  it('are found again by a process that has the same file, and missed by one that has not', () => {
    const { document } = load(text);
    const sources = { env: ENV, baseDirectory: '/' };
    const found = resolveDocument(document, { ...sources, ownText: text });
    expect('config' in found && found.config.mailboxes['suporte']?.imap.password).toBe(
      'plain-hunter2',
    );
    for (const ownText of [undefined, text.replace('plain-hunter2', 'other')]) {
      const missed = resolveDocument(
        document,
        ownText === undefined ? sources : { ...sources, ownText },
      );
      expect(missed).toMatchObject({ problems: [{ path: 'mailboxes.suporte.imap.password' }] });
    }
  });

  it('make another document when they change', () => {
    expect(load(text).document).not.toEqual(
      load(text.replace('plain-hunter2', 'plain-hunter3')).document,
    );
  });
});

describe('references', () => {
  it('may stand for numbers and truth values, inside text, and be escaped', () => {
    const { config } = load(
      `${SMALL}
limits: { automaticPerTenMinutes: "\${CEILING}" }
portal: { enabled: "\${PORTAL}" }
`.replace('name: Empresa', () => "name: 'Empresa ${CITY} $${x}'"),
      { ...ENV, CEILING: '50', PORTAL: 'false', CITY: 'Joinville' },
    );
    expect(config.limits.automaticPerTenMinutes).toBe(50);
    expect(config.portal.enabled).toBe(false);
    expect(config.company.name).toBe('Empresa Joinville ${x}');
  });
});
