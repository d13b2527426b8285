import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BusinessCalendarModule } from '../business-calendar/index.js';
import { ClockWatcher } from './clock-watcher.js';
import { EndClock } from './commands/end-clock.js';
import { RecordAnswer } from './commands/record-answer.js';
import { RevokeAnswer } from './commands/revoke-answer.js';
import { StartClock } from './commands/start-clock.js';
import { Sla } from './sla.facade.js';
import { ClockEntity } from './store/clock.entity.js';
import { ClockStore } from './store/clock.store.js';
import { DueClockStore } from './store/due-clock.store.js';

@Module({
  imports: [TypeOrmModule.forFeature([ClockEntity]), BusinessCalendarModule],
  providers: [
    ClockStore,
    DueClockStore,
    StartClock,
    EndClock,
    RecordAnswer,
    RevokeAnswer,
    ClockWatcher,
    Sla,
  ],
  exports: [Sla],
})
export class SlaModule {}
