import {
  Injectable,
  ValidationPipe,
  type ArgumentMetadata,
  type PipeTransform,
} from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { AppError, type FieldProblem } from '../errors.js';

/**
 * Every wrong field of a request with its path (`to[0].address`) and the reason, unknown ones included; 422.
 * The pipe is global: a DTO class with class-validator's decorators is all a controller needs.
 */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    stopAtFirstError: false,
    exceptionFactory: (errors: ValidationError[]) =>
      new AppError('validation_failed', { fields: fieldProblems(errors) }),
  });
}

/**
 * Flattens class-validator's tree; one entry per broken rule, in the order of the fields. What is missing breaks every
 * rule of its field at once, and is told once.
 */
export function fieldProblems(errors: readonly ValidationError[], parent = ''): FieldProblem[] {
  return errors.flatMap((error) => {
    const path = joined(parent, error.property);
    if (isMissing(error)) return [{ path, reason: 'is required' }];
    const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
      path,
      reason:
        rule === 'whitelistValidation'
          ? 'is not a known field'
          : withoutName(message, error.property),
    }));
    return [...own, ...fieldProblems(error.children ?? [], path)];
  });
}

function isMissing({ value, constraints, children }: ValidationError): boolean {
  return (
    value === undefined &&
    Object.keys(constraints ?? {}).some((rule) => rule !== 'whitelistValidation') &&
    (children ?? []).length === 0
  );
}

function joined(parent: string, property: string): string {
  if (parent === '') return property;
  return /^\d+$/.test(property) ? `${parent}[${property}]` : `${parent}.${property}`;
}

/** class-validator starts its messages with the property; the path already says it. */
function withoutName(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}

/**
 * NUL stands in no text that PostgreSQL can keep: refused here, with the field named, instead of failing there. A field
 * called `__proto__` (also written with escapes) has no honest use and would be dropped in silence: 400.
 */
@Injectable()
export class NulPipe implements PipeTransform {
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    if (metadata.type === 'custom') return value;
    const paths = nulPaths(value, metadata.data ?? '');
    if (paths.length === 0) return value;
    if (metadata.type === 'param') throw new AppError('not_found');
    throw new AppError('validation_failed', {
      fields: paths.map((path) => ({ path, reason: 'must not contain the NUL character' })),
    });
  }
}

const MAX_DEPTH = 20;

function prototypeField(path: string): AppError {
  return new AppError('malformed_request', {
    detail: `A requisição tem um campo que não é aceito: ${path}.`,
    detailEn: `The request holds a field that is never accepted: ${path}.`,
    fields: [{ path, reason: 'is not accepted' }],
  });
}

function nulPaths(value: unknown, path: string, depth = 0): string[] {
  if (typeof value === 'string') return value.includes('\0') ? [path === '' ? '(body)' : path] : [];
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return [];
  if (depth >= MAX_DEPTH) return [`${path} (nested too deeply)`];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === '__proto__') throw prototypeField(joined(path, key));
    return nulPaths(inner, joined(path, key), depth + 1);
  });
}

/** A protocol or other bigint id in a path: decimal, no leading zeros. Anything else exists nowhere: 404. */
@Injectable()
export class NumericIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (/^[1-9]\d{0,17}$/.test(value)) return value;
    throw new AppError('not_found');
  }
}

/** A UUID in a path. Anything else exists nowhere: 404. */
@Injectable()
export class UuidPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return value.toLowerCase();
    throw new AppError('not_found');
  }
}
