/** The tiers of `npm test`; a tier that cannot run on this machine is left out here and named in the summary. */
import { existsSync } from 'node:fs';

const transform = { '^.+\\.ts$': ['@swc/jest'] }; // options come from .swcrc
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' }, // .js import specifiers → .ts sources
  transform,
  setupFiles: ['<rootDir>/test/support/quiet-logs.ts'],
};
const withDatabase = { ...shared, globalSetup: '<rootDir>/test/support/global-setup.mjs' };

const dovecotHere = existsSync('/usr/sbin/dovecot');
if (process.env.CI === 'true' && !dovecotHere) {
  throw new Error(
    "In CI the mail tier is compulsory: install Debian's dovecot-imapd and dovecot-lmtpd.",
  );
}
export const leftOut = dovecotHere
  ? []
  : ['mail on Dovecot (not installed: apt-get install dovecot-imapd dovecot-lmtpd)'];

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
    { ...withDatabase, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'] },
  ],
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  testTimeout: 60_000,
  maxWorkers: 2,
  workerIdleMemoryLimit: '400MB', // ESM registries leak 13–33 MB a test file: recycle the workers
  reporters: ['default', 'summary', ['<rootDir>/test/support/plain-reporter.mjs', { leftOut }]],
  coverageProvider: 'v8',
};
