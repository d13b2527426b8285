import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { AppError, Clock } from '../../../platform/index.js';
import { RouteAccess } from '../../../platform/http/index.js';
import { Calendars } from '../calendars.facade.js';
import { CurrentConfig } from '../../../config/index.js';
import { businessCalendar } from '../domain/business-calendar.js';
import { calendarFeed } from '../domain/calendar-feed.js';
import { yearOf } from '../domain/civil-day.js';
import { CalendarYearDto, calendarYearDto, CalendarYearQuery } from './calendar-year.dto.js';

@ApiTags('configuration')
@Controller('calendars')
export class CalendarsController {
  constructor(
    private readonly calendars: Calendars,
    private readonly config: CurrentConfig,
    private readonly clock: Clock,
  ) {}

  /** For calendar programs, which log in nowhere: what it says is known to customers anyway (D16). */
  @Get(':name/feed.ics')
  @RouteAccess('public')
  @Header('Content-Type', 'text/calendar; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=3600')
  @ApiOperation({ summary: 'Days off and days with other hours as iCalendar, for subscription.' })
  @ApiProduces('text/calendar')
  @ApiOkResponse({ schema: { type: 'string' } })
  async feed(@Param('name') name: string): Promise<string> {
    const inForce = await this.calendars.current(name);
    if (inForce === null) throw new AppError('not_found');
    return calendarFeed(businessCalendar(inForce.definition), {
      name,
      companyName: this.config.get().company.name,
      now: this.clock.now(),
    });
  }

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
    const notices = this.calendars.notices(name, this.clock.now());
    return calendarYearDto(inForce, query.year ?? thisYear(), notices);
  }
}
