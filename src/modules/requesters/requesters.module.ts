import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MergeRequesters } from './commands/merge-requesters.js';
import { SplitRequester } from './commands/split-requester.js';
import { Requesters } from './requesters.facade.js';
import { RequesterAddressEntity } from './store/requester-address.entity.js';
import { RequesterChangeEntity } from './store/requester-change.entity.js';
import { RequesterChangesStore } from './store/requester-changes.store.js';
import { RequesterEntity } from './store/requester.entity.js';
import { RequestersStore } from './store/requesters.store.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([RequesterEntity, RequesterAddressEntity, RequesterChangeEntity]),
  ],
  providers: [RequestersStore, RequesterChangesStore, MergeRequesters, SplitRequester, Requesters],
  exports: [Requesters],
})
export class RequestersModule {}
