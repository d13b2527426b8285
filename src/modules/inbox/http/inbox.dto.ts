import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMinSize, IsBoolean, IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { asList, KeyList, Optional, PageQuery } from '../../../platform/http/index.js';

const STATUSES = ['open', 'awaiting_customer', 'resolved'] as const;
const LANES = ['inbox', 'suspected', 'quarantined', 'automatic'] as const;

const asBoolean = ({ value }: { value: unknown }): unknown =>
  value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : value;

const UUID = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';

/** `GET /tickets?…`: filters are joined by "and"; several values of one by "or" (`status=open,awaiting_customer`). */
export class TicketListQuery extends PageQuery {
  @KeyList('Queue keys, separated by commas')
  queue?: string[];

  @ApiPropertyOptional({ enum: STATUSES, description: 'One or several, separated by commas' })
  @Optional()
  @Transform(asList)
  @ArrayMinSize(1, { message: 'must not be empty' })
  @IsIn(STATUSES, { each: true })
  status?: string[];

  @KeyList('Reason keys; `none`: "a classificar"')
  reason?: string[];

  @ApiPropertyOptional({ type: String, description: 'Agent id, `me` or `none`' })
  @Optional()
  @Matches(new RegExp(`^(?:me|none|${UUID})$`), { message: 'must be an agent id, me or none' })
  assignee?: string;

  @ApiPropertyOptional({ type: String, description: 'Requester id or e-mail address' })
  @Optional()
  @MaxLength(254)
  @Matches(new RegExp(`^(?:${UUID}|\\S+@\\S+)$`), {
    message: 'must be a requester id or an address',
  })
  requester?: string;

  @ApiPropertyOptional({ enum: LANES })
  @Optional()
  @Transform(asList)
  @ArrayMinSize(1, { message: 'must not be empty' })
  @IsIn(LANES, { each: true })
  lane?: string[];

  @ApiPropertyOptional({ type: Boolean, description: 'Only what is past its deadline' })
  @Optional()
  @Transform(asBoolean)
  @IsBoolean()
  overdue?: boolean;

  @ApiPropertyOptional({
    type: String,
    default: 'dueAt',
    description: 'dueAt, lastActivityAt or createdAt; `:asc` or `:desc` behind it turns the order',
  })
  @Optional()
  @IsString()
  @MaxLength(40)
  sort?: string;
}
