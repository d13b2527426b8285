import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BusinessCalendarModule } from '../business-calendar/index.js';
import { ClockWatcher } from './clock-watcher.js';
import { AnswerCommands } from './commands/answer-commands.js';
import { EndClock } from './commands/end-clock.js';
import { MeasureEnded } from './measure-ended.js';
import { HoldClocks } from './commands/hold-clocks.js';
import { MeasureTime } from './commands/measure-time.js';
import { RecordAnswer } from './commands/record-answer.js';
import { RevokeAnswer } from './commands/revoke-answer.js';
import { StartClock } from './commands/start-clock.js';
import { Sla } from './sla.facade.js';
import { ClockEntity } from './store/clock.entity.js';
import { ClockStore } from './store/clock.store.js';
import { WhatIf } from './commands/what-if.js';
import { OpenClockStore } from './store/open-clock.store.js';
import { MeasureStore } from './store/measure.store.js';
import { PolicyVersionEntity } from './store/policy-version.entity.js';
import { PolicyVersionStore } from './store/policy-version.store.js';
import { DueClockStore } from './store/due-clock.store.js';
import { TicketResolutionEntity } from './store/ticket-resolution.entity.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([ClockEntity, PolicyVersionEntity, TicketResolutionEntity]),
    BusinessCalendarModule,
  ],
  providers: [
    ClockStore,
    DueClockStore,
    PolicyVersionStore,
    StartClock,
    HoldClocks,
    MeasureStore,
    MeasureTime,
    MeasureEnded,
    EndClock,
    RecordAnswer,
    RevokeAnswer,
    AnswerCommands,
    OpenClockStore,
    WhatIf,
    ClockWatcher,
    Sla,
  ],
  exports: [Sla],
})
export class SlaModule {}
