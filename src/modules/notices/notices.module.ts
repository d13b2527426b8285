import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BusinessCalendarModule } from '../business-calendar/index.js';
import { OutboundMailModule } from '../outbound-mail/index.js';
import { TemplatesModule } from '../templates/index.js';
import { DecideNotice } from './commands/decide-notice.js';
import { SendDigest } from './commands/send-digest.js';
import { DeadlineNotices } from './deadline-notices.js';
import { NoticeChoicesController } from './http/notice-choices.controller.js';
import { DigestTools, MorningDigests } from './morning-digests.js';
import { AgentDigestEntity } from './store/agent-digest.entity.js';
import { AgentNoticeChoiceEntity } from './store/agent-notice-choice.entity.js';
import { DeadlineNoticeEntity } from './store/deadline-notice.entity.js';
import { DigestStore } from './store/digest.store.js';
import { NoticeMissEntity } from './store/notice-miss.entity.js';
import { NoticesStore } from './store/notices.store.js';
import { NotifyAssignee } from './commands/notify-assignee.js';
import { OnAssigned } from './subscribers/on-assigned.js';
import { OnDeadlineNews } from './subscribers/on-deadline-news.js';

/** What agents are told by mail: notices about deadlines, and the morning's digest. */
@Module({
  imports: [
    TypeOrmModule.forFeature([
      AgentDigestEntity,
      AgentNoticeChoiceEntity,
      DeadlineNoticeEntity,
      NoticeMissEntity,
    ]),
    BusinessCalendarModule,
    OutboundMailModule,
    TemplatesModule,
  ],
  controllers: [NoticeChoicesController],
  providers: [
    NoticesStore,
    DigestStore,
    DecideNotice,
    SendDigest,
    NotifyAssignee,
    OnAssigned,
    OnDeadlineNews,
    DeadlineNotices,
    DigestTools,
    MorningDigests,
  ],
})
export class NoticesModule {}
