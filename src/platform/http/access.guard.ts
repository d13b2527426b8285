import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../errors.js';
import { ACCESS_METADATA, type Access } from './access.js';
import type { AuthenticatedRequest, Authenticator } from './principal.js';

/** Enforces `@RouteAccess`. A handler without one is refused (and `checkRoutes` already refused to start). */
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly operationsToken: () => string | undefined,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS_METADATA, [
      context.getHandler(),
      context.getClass(),
    ]);
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    switch (access) {
      case 'public':
        return true;
      case 'customer_link':
        await this.refuseAgents(request);
        return true;
      case 'operations':
        allowOperations(request, this.operationsToken());
        return true;
      case 'agent':
      case 'supervisor':
      case 'admin': {
        const principal = await this.authenticator.authenticate(request);
        if (principal === null) throw new AppError('unauthorized');
        if (access !== 'agent' && principal.role !== access) throw new AppError('forbidden');
        request.principal = principal;
        return true;
      }
      default:
        throw new AppError('forbidden');
    }
  }

  /**
   * Nobody acts as a customer while logged in as an agent: a link quoted in an original is evidence to read, not a pen
   * (D12: the score is the customer's).
   */
  private async refuseAgents(request: AuthenticatedRequest): Promise<void> {
    if (READING.has(request.method)) return;
    const isAgent = await this.authenticator.authenticate(request).then(
      (principal) => principal !== null,
      // A session without its CSRF token is a session.
      (error: unknown) => {
        if (error instanceof AppError && error.code === 'csrf_failed') return true;
        throw error;
      },
    );
    if (!isAgent) return;
    throw new AppError('forbidden', {
      detail: 'Este link é do cliente: quem entrou como atendente não age por ele.',
      detailEn: 'This link is the customer’s: an agent cannot act by it.',
    });
  }
}

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Passes requests of this machine itself and those with the operations token as bearer; throws `unauthorized`.
 * A request that came through a proxy on loopback is not local: Express resolves `ip` by trusted proxies, and any
 * header that a proxy adds ends the privilege.
 */
export function allowOperations(request: Request, token: string | undefined): void {
  const presented = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (
    token !== undefined &&
    token !== '' &&
    presented !== undefined &&
    sameSecret(presented, token)
  )
    return;
  const direct = isLoopback(request.socket.remoteAddress) && isLoopback(request.ip);
  if (direct && !Object.keys(request.headers).some((name) => FORWARDING.test(name))) return;
  throw new AppError('unauthorized', {
    detail: 'Disponível apenas na própria máquina ou com o token de operação.',
    detailEn: 'Available on the machine itself, or with the operations token.',
  });
}

const FORWARDING = /^(x-forwarded-.*|x-real-ip|forwarded|via)$/;

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(::1$|127\.|::ffff:127\.)/.test(address);
}

/** Compares in constant time, whatever the lengths. */
export function sameSecret(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
