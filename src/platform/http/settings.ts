/**
 * What the HTTP platform needs from configuration. Functions where a new version of helpdesk.yaml takes effect live;
 * plain values where the listener would have to be built anew.
 */
export interface HttpSettings {
  /** Proxies whose X-Forwarded-* is believed: addresses, CIDR, `loopback`. Empty: none. */
  readonly trustedProxies: readonly string[];
  /** Largest JSON or form body, bytes; beyond: 413 `body_too_large`. */
  readonly requestBytes: number;
  /** Bearer for /metrics and /api/docs from other machines (`http.metricsToken`); undefined: loopback only. */
  readonly operationsToken: () => string | undefined;
  /** True where the outside speaks HTTPS: HSTS and `upgrade-insecure-requests` are sent only then. */
  readonly secure: boolean;
  /** True in worker processes: health and metrics are all they answer. */
  readonly watchedOnly?: boolean;
}

/** Everything JSON lives below this prefix. */
export const API_PREFIX = 'api/v1';

/**
 * Routes outside `/api/v1`, as their controllers declare them. The backslash makes `:pageToken` literal: it is the
 * customers' page that leaves the prefix, while the API's own `portal/feedback/:token` keeps it.
 */
export const ROOT_ROUTES = [
  '/',
  'health',
  'health/live',
  'health/ready',
  'metrics',
  'api/openapi.json',
  'portal',
  'portal/new',
  'portal/access',
  'portal/ticket/\\:pageProtocol',
  'portal/feedback/\\:pageToken',
  'portal/unsubscribe/\\:pageToken',
] as const;
