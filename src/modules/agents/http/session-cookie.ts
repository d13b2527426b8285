import type { Request, Response } from 'express';

/** `__Host-`: only over HTTPS, only for this host, only with path / (RFC 6265bis 4.1.3.2). */
function nameOf(secure: boolean): string {
  return secure ? '__Host-helpdesk' : 'helpdesk';
}

/** The session secret of the request's cookie; null where there is none. */
export function sessionTokenOf(request: Request, secure: boolean): string | null {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === nameOf(secure) && value !== undefined && value !== '') return value;
  }
  return null;
}

export function setSessionCookie(
  response: Response,
  token: string,
  expiresAt: Date,
  secure: boolean,
): void {
  response.cookie(nameOf(secure), token, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure,
    expires: expiresAt,
    encode: String,
  });
}

export function clearSessionCookie(response: Response, secure: boolean): void {
  response.clearCookie(nameOf(secure), { path: '/', httpOnly: true, sameSite: 'strict', secure });
}
