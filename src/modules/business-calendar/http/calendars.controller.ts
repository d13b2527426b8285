import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AppError, Clock } from '../../../platform/index.js';
import { RouteAccess } from '../../../platform/http/index.js';
import { Calendars } from '../calendars.facade.js';
import { businessCalendar } from '../domain/business-calendar.js';
import { yearOf } from '../domain/civil-day.js';
import { CalendarYearDto, calendarYearDto, CalendarYearQuery } from './calendar-year.dto.js';

@ApiTags('configuration')
@Controller('calendars')
export class CalendarsController {
  constructor(
    private readonly calendars: Calendars,
    private readonly clock: Clock,
  ) {}

  @Get(':name')
  @RouteAccess('agent')
  @ApiOperation({
    summary: 'Service hours, holidays and special days of a calendar in one year (D16).',
  })
  @ApiOkResponse({ type: CalendarYearDto })
  async year(
    @Param('name') name: string,
    @Query() query: CalendarYearQuery,
  ): Promise<CalendarYearDto> {
    const inForce = await this.calendars.current(name);
    if (inForce === null) throw new AppError('not_found');
    const thisYear = (): number =>
      yearOf(businessCalendar(inForce.definition).dayAt(this.clock.now().getTime()));
    return calendarYearDto(inForce, query.year ?? thisYear());
  }
}
