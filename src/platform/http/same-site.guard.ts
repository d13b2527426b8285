import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { AppError } from '../errors.js';

/**
 * Refuses form posts that another site's page caused: browsers say so in Sec-Fetch-Site, older ones in Origin.
 * Customers' pages carry no cookie to abuse; this keeps other sites from writing in a visitor's name all the same.
 */
@Injectable()
export class SameSiteGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (isForeign(request)) throw new AppError('csrf_failed');
    return true;
  }
}

export function isForeign(request: Pick<Request, 'headers' | 'method'>): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return false;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'cross-site';
  const { origin, host } = request.headers;
  if (origin === undefined || origin === 'null') return false;
  return URL.parse(origin)?.host !== host;
}
