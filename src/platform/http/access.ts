import { SetMetadata } from '@nestjs/common';

/**
 * Who may call a route. Every route names it; the guard enforces it and the golden route table records it.
 * - `public`: anybody (log-in, form, health).
 * - `customer_link`: a signed link or portal session of a customer; checked by the portal itself.
 * - `agent`: any logged-in agent, supervisor or admin; what they see is cut by their queues (AccessScope).
 * - `supervisor`, `admin`: that role (an admin is not a supervisor).
 * - `operations`: loopback, or `http.metricsToken` as bearer.
 */
export type Access = 'public' | 'customer_link' | 'agent' | 'supervisor' | 'admin' | 'operations';

export const ACCESS_METADATA = 'helpdesk:access';

export const RouteAccess = (access: Access): MethodDecorator & ClassDecorator =>
  SetMetadata(ACCESS_METADATA, access);
