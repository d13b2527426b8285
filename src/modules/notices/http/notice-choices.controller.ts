import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { Database } from '../../../platform/index.js';
import { RouteAccess } from '../../../platform/http/index.js';
import { CurrentActor, type Actor } from '../../agents/index.js';
import { DigestStore } from '../store/digest.store.js';

export class NoticeChoicesDto {
  @ApiProperty({ type: Boolean, description: "The morning's digest, where the helpdesk sends it" })
  @IsBoolean()
  digest: boolean;
}

/** What I want to be told by mail. */
@ApiTags('me')
@Controller('me/notices')
export class NoticeChoicesController {
  constructor(
    private readonly database: Database,
    private readonly store: DigestStore,
  ) {}

  @Get()
  @RouteAccess('agent')
  @ApiOperation({ summary: 'What I am told by mail' })
  @ApiOkResponse({ type: NoticeChoicesDto })
  async show(@CurrentActor() actor: Actor): Promise<NoticeChoicesDto> {
    return { digest: await this.store.wantsDigest(actor.agentId) };
  }

  @Patch()
  @RouteAccess('agent')
  @ApiOperation({ summary: 'I want the digest, or not' })
  @ApiOkResponse({ type: NoticeChoicesDto })
  async choose(
    @Body() { digest }: NoticeChoicesDto,
    @CurrentActor() actor: Actor,
  ): Promise<NoticeChoicesDto> {
    await this.database.inTransaction((tx) => this.store.choose(tx, actor.agentId, digest));
    return { digest };
  }
}
