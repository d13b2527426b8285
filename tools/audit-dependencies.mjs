/**
 * Asks the registry for known vulnerabilities of what is shipped; exit 1 from `high` on. A registry that does not answer
 * (or has no such service) within a minute is said and left out: no machine without a network should fail for that.
 */
import { spawn } from 'node:child_process';

const WITHIN_MS = 60_000;
const LEFT_OUT = 'audit: the registry did not answer, left out';

/** What the answer of `npm audit --json` means: the exit code and what to say. */
export function judge(answer) {
  let report;
  try {
    report = JSON.parse(answer);
  } catch {
    return { code: 0, text: LEFT_OUT };
  }
  const counts = report?.metadata?.vulnerabilities;
  if (counts === undefined) return { code: 0, text: LEFT_OUT };
  const grave = (counts.high ?? 0) + (counts.critical ?? 0);
  const about = `audit: ${counts.total ?? grave} known vulnerabilities in what is shipped, ${grave} of them high or critical`;
  if (grave === 0) return { code: 0, text: about };
  const named = Object.values(report.vulnerabilities ?? {})
    .filter(({ severity }) => severity === 'high' || severity === 'critical')
    .map(({ name, severity, range }) => `  ${name} ${range} (${severity})`);
  return { code: 1, text: [about, ...named].join('\n') };
}

function ask() {
  return new Promise((resolve) => {
    const child = spawn(
      'npm',
      ['audit', '--omit=dev', '--json', '--fetch-retries=0', `--fetch-timeout=${WITHIN_MS}`],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    let answer = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), WITHIN_MS);
    child.stdout.setEncoding('utf8').on('data', (text) => (answer += text));
    child.once('error', () => resolve(''));
    child.once('close', () => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}

if (process.argv[1] === import.meta.filename) {
  const { code, text } = judge(await ask());
  process.stdout.write(`${text}\n`);
  process.exitCode = code;
}
