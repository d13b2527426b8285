import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RouteAccess } from '../../../platform/http/index.js';
import { Feedback } from '../feedback.facade.js';
import { FeedbackDto, GiveFeedbackDto } from './feedback.dto.js';

@ApiTags('portal')
@Controller('portal')
@RouteAccess('customer_link')
export class FeedbackController {
  constructor(private readonly feedback: Feedback) {}

  @Get('feedback/:token')
  @ApiOperation({ summary: 'D12: what the link asks about; changes nothing' })
  @ApiOkResponse({ type: FeedbackDto })
  async look(@Param('token') token: string): Promise<FeedbackDto> {
    const { protocol, given } = await this.feedback.look(token);
    return { protocol, score: given?.score ?? null, comment: given?.comment ?? null };
  }

  @Post('feedback/:token')
  @HttpCode(200)
  @ApiOperation({ summary: 'D12: records the score; a second one replaces it' })
  @ApiOkResponse({ type: FeedbackDto })
  async give(@Param('token') token: string, @Body() body: GiveFeedbackDto): Promise<FeedbackDto> {
    const comment = body.comment?.trim() ?? '';
    const { protocol } = await this.feedback.give(token, { score: body.score, comment });
    return { protocol, score: body.score, comment };
  }

  @Post('unsubscribe/:token')
  @HttpCode(204)
  @ApiOperation({ summary: 'List-Unsubscribe of feedback questions (RFC 8058)' })
  @ApiNoContentResponse()
  async unsubscribe(@Param('token') token: string): Promise<void> {
    await this.feedback.unsubscribe(token);
  }
}
