import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Feedback } from './feedback.facade.js';
import { FeedbackListController } from './http/feedback-list.controller.js';
import { FeedbackPagesController } from './http/feedback-pages.controller.js';
import { FeedbackController } from './http/feedback.controller.js';
import { FeedbackEntity } from './store/feedback.entity.js';
import { FeedbackStore } from './store/feedback.store.js';
import { OnTicketScored } from './subscribers/on-ticket-scored.js';

@Module({
  imports: [TypeOrmModule.forFeature([FeedbackEntity])],
  controllers: [FeedbackListController, FeedbackController, FeedbackPagesController],
  providers: [Feedback, FeedbackStore, OnTicketScored],
  exports: [Feedback],
})
export class FeedbackModule {}
