import { TLSSocket } from 'node:tls';

/**
 * When the certificate expires that the server showed on this socket; null where the connection is not encrypted. The
 * server's own, not its authorities': which of those counts is decided anew at every connection.
 */
export function certificateExpiry(socket: unknown): Date | null {
  if (!(socket instanceof TLSSocket)) return null;
  return socket.getPeerX509Certificate()?.validToDate ?? null;
}
