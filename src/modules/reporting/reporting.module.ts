import { Module } from '@nestjs/common';
import { BusinessCalendarModule } from '../business-calendar/index.js';
import { FilesModule } from '../files/index.js';
import { SlaModule } from '../sla/index.js';
import { TicketsModule } from '../tickets/index.js';
import { ExportSources, ExportTickets } from './commands/export-tickets.js';
import { ReportsController } from './http/reports.controller.js';
import { Reports } from './reports.facade.js';
import { ClockReportStore } from './store/clock-report.store.js';
import { ExportStore } from './store/export.store.js';
import { FeedbackReportStore } from './store/feedback-report.store.js';
import { ReportReader } from './store/report-reader.js';
import { TicketReportStore } from './store/ticket-report.store.js';

@Module({
  imports: [BusinessCalendarModule, FilesModule, SlaModule, TicketsModule],
  controllers: [ReportsController],
  providers: [
    ReportReader,
    ClockReportStore,
    TicketReportStore,
    FeedbackReportStore,
    Reports,
    ExportStore,
    ExportSources,
    ExportTickets,
  ],
  exports: [Reports],
})
export class ReportingModule {}
