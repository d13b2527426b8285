import type { CommandOutput } from './command.js';

type Write = (text: string) => void;

/** Writes answers to standard output: for people, or as one JSON document. */
export class Output implements CommandOutput {
  constructor(
    private readonly json: boolean,
    private readonly out: Write = (text) => void process.stdout.write(text),
    private readonly err: Write = (text) => void process.stderr.write(text),
  ) {}

  result(value: unknown, text: () => string | readonly string[]): void {
    if (this.json) {
      this.out(`${JSON.stringify(value, null, 2)}\n`);
      return;
    }
    const lines = text();
    const whole = typeof lines === 'string' ? lines : lines.join('\n');
    if (whole !== '') this.out(`${whole}\n`);
  }

  say(line: string): void {
    (this.json ? this.err : this.out)(`${line}\n`);
  }
}
