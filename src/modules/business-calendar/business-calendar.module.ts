import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Calendars } from './calendars.facade.js';
import { CalendarsController } from './http/calendars.controller.js';
import { CalendarVersionEntity } from './store/calendar-version.entity.js';
import { CalendarVersionStore } from './store/calendar-version.store.js';

@Module({
  imports: [TypeOrmModule.forFeature([CalendarVersionEntity])],
  controllers: [CalendarsController],
  providers: [CalendarVersionStore, Calendars],
  exports: [Calendars],
})
export class BusinessCalendarModule {}
