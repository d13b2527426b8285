import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EnableWebhook } from './commands/enable-webhook.js';
import { QueueDeliveries } from './commands/queue-deliveries.js';
import { RecordAttempt } from './commands/record-attempt.js';
import { RetryDelivery } from './commands/retry-delivery.js';
import { TestWebhook } from './commands/test-webhook.js';
import { WebhooksController } from './http/webhooks.controller.js';
import { OldDeliveries } from './old-deliveries.js';
import { DeliveriesStore } from './store/deliveries.store.js';
import { WebhookDeliveryEntity } from './store/webhook-delivery.entity.js';
import { WebhookStateEntity } from './store/webhook-state.entity.js';
import { WebhookStateStore } from './store/webhook-state.store.js';
import { OnFeedbackGiven } from './subscribers/on-feedback-given.js';
import { OnTicketNews } from './subscribers/on-ticket-news.js';
import { CourierTools, WebhookCourier } from './webhook-courier.js';

/** Programs that are told what happens to tickets. */
@Module({
  imports: [TypeOrmModule.forFeature([WebhookDeliveryEntity, WebhookStateEntity])],
  controllers: [WebhooksController],
  providers: [
    DeliveriesStore,
    WebhookStateStore,
    QueueDeliveries,
    RecordAttempt,
    RetryDelivery,
    EnableWebhook,
    TestWebhook,
    OnTicketNews,
    OnFeedbackGiven,
    CourierTools,
    WebhookCourier,
    OldDeliveries,
  ],
})
export class WebhooksModule {}
