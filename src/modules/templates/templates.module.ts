import { Module } from '@nestjs/common';
import { Templates } from './templates.facade.js';

@Module({ providers: [Templates], exports: [Templates] })
export class TemplatesModule {}
