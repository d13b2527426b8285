import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, getSchemaPath } from '@nestjs/swagger';
import { RouteAccess } from '../../../platform/http/index.js';
import { ReportHeadDto } from './report.dto.js';

const listOf = (item: Type) => ({ type: 'array', items: { $ref: getSchemaPath(item) } });

/** Method decorator: an agent's route that answers a report's head with `lists`, or the same as CSV. */
export function reportOf(
  summary: string,
  lists: Readonly<Record<string, Type>>,
  more: Readonly<Record<string, object>> = {},
): MethodDecorator {
  const properties = Object.fromEntries(
    Object.entries(lists).map(([name, item]) => [name, listOf(item)]),
  );
  return applyDecorators(
    RouteAccess('agent'),
    ApiOperation({ summary }),
    ApiExtraModels(ReportHeadDto, ...Object.values(lists)),
    ApiOkResponse({
      content: {
        'application/json': {
          schema: {
            allOf: [
              { $ref: getSchemaPath(ReportHeadDto) },
              {
                type: 'object',
                required: [...Object.keys(lists), ...Object.keys(more)],
                properties: { ...properties, ...more },
              },
            ],
          } as object,
        },
        'text/csv': { schema: { type: 'string' } },
      },
    }),
  );
}
