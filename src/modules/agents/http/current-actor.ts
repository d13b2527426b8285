import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AuthenticatedRequest } from '../../../platform/http/index.js';
import type { Actor } from '../agents.facade.js';

/** The actor that the access guard found: only on routes of agents, supervisors and admins. */
export function actorOf(context: ExecutionContext): Actor {
  const { principal } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (principal === undefined)
    throw new Error('An actor was asked for on a route that asks for no log-in.');
  return principal as Actor;
}

/** Parameter decorator: `@CurrentActor() actor: Actor`. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor =>
  actorOf(context),
);
