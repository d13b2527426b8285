/** The HTTP toolbox: what every controller uses, and `setUpHttp` for those who build an application. */
export * from './access.js';
export { asList, KeyList } from './as-list.js';
export { countedAddress } from './counted-address.js';
export * from './page.js';
export * from './principal.js';
export { sameSecret } from './access.guard.js';
export { checkVersion, Expected, expectedVersionOf, type ExpectedVersion } from './versions.js';
export { NumericIdPipe, UuidPipe } from './validation.js';
export { Optional } from './optional.js';
export { PageQuery, pageOf } from './page-dto.js';
export { routeTable, type Route } from './routes.js';
export { API_PREFIX, type HttpSettings } from './settings.js';
export { ErrorPages, setUpHttp } from './set-up.js';
export { openApiOf } from './openapi.js';
export { IdempotencyKeys } from './idempotency/idempotency-keys.js';
export * from './html.js';
export { appErrorOf, statusOf } from './problem.js';
export { isForeign, SameSiteGuard } from './same-site.guard.js';
