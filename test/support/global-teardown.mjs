import { rmSync } from 'node:fs';

export default async function globalTeardown() {
  const own = globalThis.helpdeskTestServer;
  if (!own) return;
  await own.server.stop();
  rmSync(own.directory, { recursive: true, force: true });
}
