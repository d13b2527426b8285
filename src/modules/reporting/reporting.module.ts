import { Module } from '@nestjs/common';
import { BusinessCalendarModule } from '../business-calendar/index.js';
import { ReportsController } from './http/reports.controller.js';
import { Reports } from './reports.facade.js';
import { ClockReportStore } from './store/clock-report.store.js';
import { FeedbackReportStore } from './store/feedback-report.store.js';
import { ReportReader } from './store/report-reader.js';
import { TicketReportStore } from './store/ticket-report.store.js';

@Module({
  imports: [BusinessCalendarModule],
  controllers: [ReportsController],
  providers: [ReportReader, ClockReportStore, TicketReportStore, FeedbackReportStore, Reports],
  exports: [Reports],
})
export class ReportingModule {}
