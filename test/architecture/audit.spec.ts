import { describe, expect, it } from '@jest/globals';
import { judge } from '../../tools/audit-dependencies.mjs';

const report = (counts: object, vulnerabilities: object = {}): string =>
  JSON.stringify({ vulnerabilities, metadata: { vulnerabilities: counts } });

describe('the audit of dependencies (npm run check:audit)', () => {
  it('fails from high on, and names what it is about', () => {
    const found = report(
      { low: 1, high: 1, total: 2 },
      {
        small: { name: 'small', severity: 'low', range: '*' },
        grave: { name: 'grave', severity: 'high', range: '<2' },
      },
    );
    expect(judge(found)).toEqual({
      code: 1,
      text: 'audit: 2 known vulnerabilities in what is shipped, 1 of them high or critical\n  grave <2 (high)',
    });
    expect(judge(report({ critical: 1, total: 1 })).code).toBe(1);
  });

  it('passes below, and where the registry does not answer or does not know the question', () => {
    expect(judge(report({ low: 3, moderate: 2, total: 5 })).code).toBe(0);
    for (const answer of ['', '<html>', '{"error":{"summary":""},"statusCode":405}', '{}', 'null'])
      expect(judge(answer)).toEqual({
        code: 0,
        text: 'audit: the registry did not answer, left out',
      });
  });
});
