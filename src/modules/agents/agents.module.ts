import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CurrentConfig } from '../../config/index.js';
import {
  Clock,
  Database,
  generatedKey,
  ReplyTokens,
  SignedLinks,
  Throttle,
} from '../../platform/index.js';
import { Authenticator } from '../../platform/http/index.js';
import { Agents } from './agents.facade.js';
import { LogIn } from './commands/log-in.js';
import { LogOut } from './commands/log-out.js';
import { Housekeeping } from './housekeeping.js';
import { AgentAuthenticator } from './http/agent-authenticator.js';
import { SessionController } from './http/session.controller.js';
import { AgentSessionEntity } from './store/agent-session.entity.js';
import { AgentTokenEntity } from './store/agent-token.entity.js';
import { AgentEntity } from './store/agent.entity.js';
import { AgentStore } from './store/agent.store.js';
import { CredentialStore } from './store/credential.store.js';

/**
 * Who acts. Global, because every module's routes are guarded by it; it also gives the platform's Throttle, SignedLinks
 * and ReplyTokens the configuration that the platform itself must not know.
 */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AgentEntity, AgentTokenEntity, AgentSessionEntity])],
  controllers: [SessionController],
  providers: [
    Agents,
    AgentStore,
    CredentialStore,
    LogIn,
    LogOut,
    Housekeeping,
    { provide: Authenticator, useClass: AgentAuthenticator },
    {
      provide: Throttle,
      useFactory: (database: Database, clock: Clock) => new Throttle(database, clock),
      inject: [Database, Clock],
    },
    {
      provide: SignedLinks,
      useFactory: async (database: Database, clock: Clock, config: CurrentConfig) => {
        const own = await generatedKey(database, 'links', clock.now());
        // Configured keys come first and sign; the generated one still opens links of the time before them.
        return new SignedLinks(
          clock,
          () => [...config.get().security.hmacKeys, own],
          () => config.get().http.publicUrl,
        );
      },
      inject: [Database, Clock, CurrentConfig],
    },
    {
      provide: ReplyTokens,
      useFactory: async (database: Database, clock: Clock, config: CurrentConfig) => {
        const own = await generatedKey(database, 'links', clock.now());
        return new ReplyTokens(() => [...config.get().security.hmacKeys, own]);
      },
      inject: [Database, Clock, CurrentConfig],
    },
  ],
  exports: [Agents, Authenticator, Throttle, SignedLinks, ReplyTokens],
})
export class AgentsModule {}
