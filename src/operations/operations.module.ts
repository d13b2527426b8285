import { Module } from '@nestjs/common';
import { OperationsController } from './http/operations.controller.js';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';
import { FiguresStore } from './store/figures.store.js';
import { TrafficStore } from './store/traffic.store.js';

@Module({
  controllers: [OperationsController],
  providers: [FiguresStore, TrafficStore, Metrics, Readiness],
  exports: [Readiness],
})
export class OperationsModule {}
