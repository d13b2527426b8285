import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AgentsModule } from '../agents/index.js';
import { BreakGlass } from './commands/break-glass.js';
import { BreakGlassController } from './http/break-glass.controller.js';
import { ConfigController } from './http/config.controller.js';
import { QueuesController } from './http/queues.controller.js';
import { Queues } from './queues.facade.js';
import { BreakGlassEntity } from './store/break-glass.entity.js';
import { QueueMemberEntity } from './store/queue-member.entity.js';
import { QueueStore } from './store/queue.store.js';

/** Who may see what. Global, because `@CurrentScope()` asks it in every module with routes. */
@Global()
@Module({
  imports: [AgentsModule, TypeOrmModule.forFeature([QueueMemberEntity, BreakGlassEntity])],
  controllers: [QueuesController, BreakGlassController, ConfigController],
  providers: [Queues, QueueStore, BreakGlass],
  exports: [Queues],
})
export class QueuesModule {}
