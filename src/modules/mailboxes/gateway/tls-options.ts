import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { ServerSettings } from '../domain/server-settings.js';

/** TLS is always verified: by the operator's own authority where one is given, else by Node's list. */
export function tlsOptions(server: ServerSettings): ConnectionOptions {
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(server.ca === undefined ? {} : { ca: server.ca }),
    ...(isIP(server.host) === 0 ? { servername: server.host } : {}),
  };
}
