import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Requesters } from './requesters.facade.js';
import { RequesterAddressEntity } from './store/requester-address.entity.js';
import { RequesterEntity } from './store/requester.entity.js';
import { RequestersStore } from './store/requesters.store.js';

@Module({
  imports: [TypeOrmModule.forFeature([RequesterEntity, RequesterAddressEntity])],
  providers: [RequestersStore, Requesters],
  exports: [Requesters],
})
export class RequestersModule {}
