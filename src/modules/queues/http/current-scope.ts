import {
  createParamDecorator,
  Injectable,
  type ExecutionContext,
  type PipeTransform,
} from '@nestjs/common';
import { actorOf, type Actor } from '../../agents/index.js';
import { Queues, type AccessScope } from '../queues.facade.js';

@Injectable()
export class ScopePipe implements PipeTransform<Actor, Promise<AccessScope>> {
  constructor(private readonly queues: Queues) {}

  transform(actor: Actor): Promise<AccessScope> {
    return this.queues.scopeOf(actor);
  }
}

const ActorParameter = createParamDecorator((_: unknown, context: ExecutionContext): Actor =>
  actorOf(context),
);

/** Parameter decorator: `@CurrentScope() scope: AccessScope`. What the caller may see (D20), read once a request. */
export const CurrentScope = (): ParameterDecorator => ActorParameter(ScopePipe);
