import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LearnReasons } from './commands/learn-reasons.js';
import { ContactReasons } from './contact-reasons.facade.js';
import { ReasonsController } from './http/reasons.controller.js';
import { ReasonLearning } from './reason-learning.js';
import { CorrectionsStore } from './store/corrections.store.js';
import { ModelsStore } from './store/models.store.js';
import { ReasonCorrectionEntity } from './store/reason-correction.entity.js';
import { ReasonModelEntity } from './store/reason-model.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([ReasonCorrectionEntity, ReasonModelEntity])],
  controllers: [ReasonsController],
  providers: [CorrectionsStore, ModelsStore, LearnReasons, ContactReasons, ReasonLearning],
  exports: [ContactReasons],
})
export class ContactReasonsModule {}
