import type { NextFunction, Request, Response } from 'express';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../errors.js';

/** How long a connection may take, and how much it may say before its request is read. */
export interface ConnectionLimits {
  /** From the first byte of a request to the end of its header. Milliseconds. */
  readonly headersMs: number;
  /** From the first byte of a request to the end of its body. Milliseconds. */
  readonly requestMs: number;
  /** How often slow connections are looked for. Milliseconds. */
  readonly checkEveryMs: number;
}

/** A header takes seconds; 25 MiB at a poor upstream of 1 Mbit/s take about four minutes. */
const LIMITS: ConnectionLimits = { headersMs: 20_000, requestMs: 300_000, checkEveryMs: 5_000 };

/** A browser sends about thirty headers, a chain of proxies adds a dozen. Node itself stops at 16 KB in all. */
const MAX_HEADERS = 100;

/**
 * Ends connections that dawdle (slow loris) and answers broken ones with the same harmless headers as everything else.
 * Call it before the server listens.
 */
export function limitConnections(server: Server, limits: ConnectionLimits = LIMITS): void {
  server.headersTimeout = limits.headersMs;
  server.requestTimeout = limits.requestMs;
  // An option of createServer, which Nest calls for us; Node reads it when the server begins to listen.
  Object.assign(server, { connectionsCheckingInterval: limits.checkEveryMs });
  server.on('clientError', refuse);
}

/**
 * Refuses requests with more headers than any client of ours sends. Node drops those past its own limit in silence, and
 * among them could be the X-Forwarded-For that a proxy appends: the request would pass for one of this machine.
 */
export function fewHeadersOnly(request: Request, _response: Response, next: NextFunction): void {
  if (request.rawHeaders.length > MAX_HEADERS * 2) throw new AppError('headers_too_large');
  next();
}

const STATUS_OF: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What is no HTTP never reaches Express; the answer is as bare as it can be. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const status = STATUS_OF[error.code ?? ''] ?? '400 Bad Request';
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\nX-Content-Type-Options: nosniff\r\n` +
      "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\nReferrer-Policy: no-referrer\r\n\r\n",
  );
}
