import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Calendars } from './calendars.facade.js';
import { CalendarSources } from './calendar-sources.js';
import { LookAtSources } from './commands/look-at-sources.js';
import { CalendarsController } from './http/calendars.controller.js';
import { ImportedHolidays } from './imported-holidays.js';
import { CalendarSourceEntity } from './store/calendar-source.entity.js';
import { CalendarSourceStore } from './store/calendar-source.store.js';
import { CalendarVersionEntity } from './store/calendar-version.entity.js';
import { CalendarVersionStore } from './store/calendar-version.store.js';

@Module({
  imports: [TypeOrmModule.forFeature([CalendarVersionEntity, CalendarSourceEntity])],
  controllers: [CalendarsController],
  providers: [
    CalendarVersionStore,
    CalendarSourceStore,
    ImportedHolidays,
    LookAtSources,
    CalendarSources,
    Calendars,
  ],
  exports: [Calendars],
})
export class BusinessCalendarModule {}
