import { Module } from '@nestjs/common';
import { ReasonsController } from './http/reasons.controller.js';

@Module({ controllers: [ReasonsController] })
export class ContactReasonsModule {}
