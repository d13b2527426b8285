import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { asList, KeyList, Optional } from '../../../platform/http/index.js';
import { SEPARATORS, type Separator } from '../domain/csv.js';
import { MAX_REPORT_DAYS } from '../domain/civil-range.js';
import { DIMENSIONS, PERIODS, type Dimension, type Period } from '../domain/report.js';

const AGENT = /^(?:me|none|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$/;
const FORMATS = ['json', 'csv'] as const;

/** What every report can be narrowed to: filters are joined by "and", several values of one by "or". */
export class FilterQuery {
  @KeyList('Queue keys, separated by commas')
  queue?: string[];

  @KeyList('Reason keys; `none`: "a classificar"')
  reason?: string[];

  @ApiPropertyOptional({
    type: String,
    description: 'Agent ids, `me` or `none`, separated by commas',
  })
  @Optional()
  @Transform(asList)
  @ArrayMinSize(1, { message: 'must not be empty' })
  @ArrayMaxSize(50)
  @Matches(AGENT, { each: true, message: 'must be agent ids, me or none' })
  agent?: string[];

  @KeyList('Mailbox keys, separated by commas')
  mailbox?: string[];

  @ApiPropertyOptional({ type: String, description: 'A tag that the ticket carries' })
  @Optional()
  @IsString()
  @MaxLength(100)
  tag?: string;

  @ApiPropertyOptional({
    type: String,
    default: 'default',
    description: 'Calendar in whose zone days and hours are told, and whose business days ages are',
  })
  @Optional()
  @IsString()
  @MaxLength(100)
  calendar?: string;

  @ApiPropertyOptional({ enum: FORMATS, description: 'Instead of `Accept: text/csv`' })
  @Optional()
  @IsIn(FORMATS)
  format?: (typeof FORMATS)[number];

  @ApiPropertyOptional({
    enum: Object.keys(SEPARATORS),
    default: 'semicolon',
    description: 'Of CSV; numbers have a decimal comma except between commas',
  })
  @Optional()
  @IsIn(Object.keys(SEPARATORS))
  separator?: Separator;
}

export class RangeQuery extends FilterQuery {
  @ApiPropertyOptional({
    type: String,
    format: 'date',
    description: 'First civil day; 30 days in all where it is left out',
  })
  @Optional()
  @IsString()
  @MaxLength(10)
  from?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date',
    description: `Last civil day, included; today where it is left out. At most ${MAX_REPORT_DAYS} days`,
  })
  @Optional()
  @IsString()
  @MaxLength(10)
  to?: string;
}

export class GroupedRangeQuery extends RangeQuery {
  @ApiPropertyOptional({ enum: DIMENSIONS })
  @Optional()
  @IsIn(DIMENSIONS)
  groupBy?: Dimension;
}

export class ReportQuery extends GroupedRangeQuery {
  @ApiPropertyOptional({ enum: PERIODS, description: 'Weeks begin on Monday' })
  @Optional()
  @IsIn(PERIODS)
  period?: Period;
}

export class BacklogQuery extends FilterQuery {
  @ApiPropertyOptional({ enum: DIMENSIONS })
  @Optional()
  @IsIn(DIMENSIONS)
  groupBy?: Dimension;
}
