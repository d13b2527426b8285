import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsString,
  IsUUID,
  Length,
  MaxLength,
} from 'class-validator';
import { Optional } from '../../../platform/http/index.js';
import type { PersonRow } from '../store/people.store.js';

/** One person who asks, with every address that they write from. */
export class RequesterPersonDto {
  @ApiProperty({ type: String })
  id: string;

  @ApiProperty({ type: String })
  name: string;

  @ApiProperty({ enum: ['customer', 'partner'] })
  segment: string;

  @ApiProperty({ type: [String], description: 'Lower case, the oldest first' })
  addresses: readonly string[];

  @ApiProperty({ type: 'integer', description: 'Tickets that the reader may see' })
  tickets: number;
}

export function presentPerson({
  id,
  name,
  segment,
  addresses,
  tickets,
}: PersonRow): RequesterPersonDto {
  return { id, name, segment, addresses: [...addresses], tickets };
}

export class RequesterQuery {
  @ApiProperty({ description: 'Any address of the person', example: 'ana@cliente.com.br' })
  @IsString()
  @Length(3, 320)
  address: string;
}

export class MergeRequesterInput {
  @ApiProperty({ type: String, format: 'uuid', description: 'Who becomes part of this requester' })
  @IsUUID('all')
  requester: string;
}

export class SplitRequesterInput {
  @ApiProperty({ type: [String], description: 'Some of the addresses, not all' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(320, { each: true })
  addresses: string[];

  @ApiPropertyOptional({ type: String, description: 'Name of the new requester' })
  @Optional()
  @IsString()
  @MaxLength(200)
  name?: string;
}
