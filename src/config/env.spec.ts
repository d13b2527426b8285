import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from './env.js';

describe('readEnvironment', () => {
  it('has a default for everything, and keeps data out of the working folder', () => {
    const { environment, problems } = readEnvironment({ HOME: '/home/ana' }, '/opt/helpdesk');
    expect(problems).toEqual([]);
    expect(environment).toMatchObject({
      configFile: '/opt/helpdesk/helpdesk.yaml',
      dataDirectory: '/home/ana/.local/share/helpdesk',
      databaseUrl: null,
      port: 3000,
      role: 'all',
      logLevel: 'info',
    });
  });

  it('follows XDG_DATA_HOME only where it is absolute', () => {
    const dataOf = (xdg: string): string =>
      readEnvironment({ HOME: '/home/ana', XDG_DATA_HOME: xdg }, '/').environment.dataDirectory;
    expect(dataOf('/srv/data')).toBe('/srv/data/helpdesk');
    expect(dataOf('data')).toBe('/home/ana/.local/share/helpdesk');
    expect(dataOf('')).toBe('/home/ana/.local/share/helpdesk');
  });

  it('takes what is set, and a blank as not set', () => {
    const { environment, problems } = readEnvironment(
      {
        HELPDESK_CONFIG: 'conf/desk.yaml',
        HELPDESK_DATA: '/var/lib/helpdesk',
        DATABASE_URL: 'postgres://helpdesk:s3gredo@db:5432/helpdesk',
        PORT: '8080',
        HELPDESK_ROLE: 'worker',
        LOG_LEVEL: ' ',
      },
      '/opt/helpdesk',
    );
    expect(problems).toEqual([]);
    expect(environment).toMatchObject({
      configFile: '/opt/helpdesk/conf/desk.yaml',
      dataDirectory: '/var/lib/helpdesk',
      databaseUrl: 'postgres://helpdesk:s3gredo@db:5432/helpdesk',
      port: 8080,
      role: 'worker',
      logLevel: 'info',
    });
  });

  it('reports all problems at once, without the values', () => {
    const { problems } = readEnvironment({
      DATABASE_URL: 'mysql://root:s3gredo@db/helpdesk',
      PORT: '70000',
      HELPDESK_ROLE: 'boss',
      LOG_LEVEL: 'loud',
    });
    expect(problems.map((problem) => problem.path)).toEqual([
      'DATABASE_URL',
      'PORT',
      'HELPDESK_ROLE',
      'LOG_LEVEL',
    ]);
    expect(JSON.stringify(problems)).not.toContain('s3gredo');
  });

  it.each(['abc', '0', '-1', '1.5', '0x10'])('refuses PORT=%s', (port) => {
    expect(readEnvironment({ PORT: port }).problems).toHaveLength(1);
  });

  it.each([
    'postgres://helpdesk@127.0.0.1:25999/postgres',
    'postgresql://u:p%40ss@localhost/db?sslmode=require',
    'postgres:///helpdesk?host=/var/run/postgresql',
  ])('accepts DATABASE_URL=%s', (url) => {
    expect(readEnvironment({ DATABASE_URL: url }).problems).toEqual([]);
  });
});
