import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { Optional } from '../../../platform/http/index.js';

export const MAX_COMMENT_LENGTH = 2_000;

export class GiveFeedbackDto {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 5 })
  @IsInt()
  @Min(1)
  @Max(5)
  score: number;

  @ApiPropertyOptional({ type: String, maxLength: MAX_COMMENT_LENGTH })
  @Optional()
  @IsString()
  @MaxLength(MAX_COMMENT_LENGTH)
  comment?: string;
}

export class ListedFeedbackDto {
  @ApiProperty({ type: String })
  protocol: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 5 })
  score: number;

  @ApiProperty({ type: String })
  comment: string;

  @ApiProperty({ type: String, format: 'date-time' })
  updatedAt: string;
}

export class FeedbackDto {
  @ApiProperty({ type: String })
  protocol: string;

  @ApiProperty({ type: 'integer', nullable: true, minimum: 1, maximum: 5 })
  score: number | null;

  @ApiProperty({ type: String, nullable: true })
  comment: string | null;
}
