import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AgentsModule } from '../agents/index.js';
import { BreakGlass } from './commands/break-glass.js';
import { AbsenceController } from './http/absence.controller.js';
import { BreakGlassController } from './http/break-glass.controller.js';
import { ConfigController } from './http/config.controller.js';
import { QueuesController } from './http/queues.controller.js';
import { Queues } from './queues.facade.js';
import { AbsenceStore } from './store/absence.store.js';
import { AgentAbsenceEntity } from './store/agent-absence.entity.js';
import { BreakGlassEntity } from './store/break-glass.entity.js';
import { QueueMemberEntity } from './store/queue-member.entity.js';
import { QueueStore } from './store/queue.store.js';

/** Who may see what. Global, because `@CurrentScope()` asks it in every module with routes. */
@Global()
@Module({
  imports: [
    AgentsModule,
    TypeOrmModule.forFeature([QueueMemberEntity, BreakGlassEntity, AgentAbsenceEntity]),
  ],
  controllers: [QueuesController, BreakGlassController, ConfigController, AbsenceController],
  providers: [Queues, QueueStore, BreakGlass, AbsenceStore],
  exports: [Queues],
})
export class QueuesModule {}
