import { createServer } from 'node:net';
import { OperatorError } from '../platform/errors.js';

/** The sentence for a port that somebody else holds. */
export function busyPort(port: number): OperatorError {
  return new OperatorError(
    `Port ${port} is already in use by another program: end that one, or set PORT to a free port (PORT=${port === 65_535 ? port - 1 : port + 1} npm start).`,
  );
}

/** The sentence for a port or address that this process may not listen on; null where the error is something else. */
export function listenProblem(error: unknown, port: number, host: string): OperatorError | null {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') return busyPort(port);
  if (code === 'EACCES') {
    return new OperatorError(
      `This user may not listen on port ${port}: set PORT to a port above 1023 and put a proxy in front.`,
    );
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new OperatorError(
      `This machine has no address ${host} to listen on: correct http.listen in the configuration.`,
    );
  }
  return null;
}

/** Throws `busyPort` before anything is started; somebody may still take it afterwards. */
export async function assertPortFree(port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => reject(listenProblem(error, port, host) ?? error));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve()));
  });
}

/** A free port on loopback: the wanted one if nobody has it. */
export async function freePort(wanted = 0): Promise<number> {
  const listening = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const probe = createServer();
      probe.once('error', reject);
      probe.listen(port, '127.0.0.1', () => {
        const { port: found } = probe.address() as { port: number };
        probe.close(() => resolve(found));
      });
    });
  return listening(wanted).catch(() => listening(0));
}
