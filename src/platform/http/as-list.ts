import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsString, MaxLength } from 'class-validator';
import { Optional } from './optional.js';

/** For `@Transform`: `a,b` and repeated parameters alike are a list; blanks between commas are no members. */
export const asList = ({ value }: { value: unknown }): unknown => {
  if (value === undefined) return undefined;
  const parts = Array.isArray(value) ? (value as unknown[]) : [value];
  return parts
    .flatMap((part) => (typeof part === 'string' ? part.split(',') : [part]))
    .filter((part) => part !== '');
};

/** Property decorator of a query: up to 50 keys, separated by commas; may be left out. */
export function KeyList(description: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: String, description }),
    Optional(),
    Transform(asList),
    ArrayMinSize(1, { message: 'must not be empty' }),
    ArrayMaxSize(50),
    IsString({ each: true }),
    MaxLength(100, { each: true }),
  );
}
