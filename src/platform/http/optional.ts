import { ValidateIf } from 'class-validator';

/**
 * Property decorator: the property may be left out. Unlike class-validator's `@IsOptional()` it does not let null
 * through: who means null says so in the property's type, and everybody else gets 422 with the field's name.
 */
export function Optional(): PropertyDecorator {
  return ValidateIf((_, value: unknown) => value !== undefined);
}
