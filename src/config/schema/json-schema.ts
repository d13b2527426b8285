import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { targetConstructorToSchema } from 'class-validator-jsonschema';
import {
  fieldsOf,
  isSecretField,
  KEY_PATTERN,
  nestedFieldOf,
  type ConfigClass,
  type NestedField,
} from '../fields.js';
import { HelpdeskConfig } from '../helpdesk-config.js';
import { SHIPPED_REASONS } from '../defaults/shipped-reasons.js';
import { readFieldDocs, type FieldDocs } from './field-docs.js';

type Schema = Record<string, unknown>;

/** A value that comes from a variable or a file: only the loader can tell whether it fits. */
const REFERENCE = { type: 'string', pattern: '\\$\\{[^}]+\\}' };

/**
 * The JSON Schema (2020-12) of helpdesk.yaml, made from the configuration classes and their doc comments in
 * `configFolder`. The loader is stricter: it also knows the rules between fields.
 */
export function configJsonSchema(configFolder: string): Schema {
  const builder = new SchemaBuilder(readFieldDocs(configFolder));
  const root = builder.schemaOf(HelpdeskConfig);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'helpdesk.yaml',
    ...root,
    patternProperties: { '^x-': true },
    $defs: builder.definitions,
  };
}

/** Our own rules say by themselves what they mean for the schema; the generator would guess a class name. */
const OPTIONS = { additionalConverters: { [ValidationTypes.CUSTOM_VALIDATION]: {} } };

class SchemaBuilder {
  readonly definitions: Record<string, Schema> = {};

  constructor(private readonly docs: FieldDocs) {}

  schemaOf(type: ConfigClass): Schema {
    const generated = (targetConstructorToSchema(type, OPTIONS).properties ?? {}) as Record<
      string,
      Schema
    >;
    const defaults = new type() as Record<string, unknown>;
    const properties: Record<string, Schema> = {};
    for (const field of fieldsOf(type)) {
      properties[field] = this.propertyOf(type, field, generated[field] ?? {}, defaults[field]);
    }
    const required = fieldsOf(type).filter((field) => isRequired(type, field));
    const description = this.docs.get(type.name);
    return {
      ...(description === undefined ? {} : { description }),
      type: 'object',
      properties,
      ...(required.length > 0 ? { required } : {}),
      additionalProperties: false,
    };
  }

  private propertyOf(
    type: ConfigClass,
    field: string,
    generated: Schema,
    byDefault: unknown,
  ): Schema {
    const nested = nestedFieldOf(type, field);
    const shape =
      nested === undefined ? withReferences(generated) : this.nestedShape(type, field, nested);
    const description = this.descriptionOf(type, field);
    return {
      ...(description === undefined ? {} : { description }),
      ...shape,
      ...(nested === undefined && byDefault !== undefined ? { default: byDefault } : {}),
    };
  }

  private nestedShape(type: ConfigClass, field: string, nested: NestedField): Schema {
    const inner = nested.type();
    const reference = { $ref: `#/$defs/${this.define(inner)}` };
    // A section with nothing in it counts as left out.
    const mayBeEmpty = !isRequired(type, field);
    if (nested.kind === 'one')
      return mayBeEmpty ? { anyOf: [reference, { type: 'null' }] } : reference;
    if (nested.kind === 'list') return { type: 'array', items: reference };
    const shipped = type === HelpdeskConfig && field === 'reasons';
    return {
      type: 'object',
      propertyNames: field === 'byTag' ? {} : { pattern: KEY_PATTERN.source },
      // A shipped reason may be changed in part or left out; the loader joins it with what is shipped.
      ...(shipped ? { properties: this.shippedReasons(inner) } : {}),
      additionalProperties: reference,
    };
  }

  private shippedReasons(reason: ConfigClass): Record<string, Schema> {
    const { required: _, ...partial } = this.definitions[this.define(reason)] ?? {};
    this.definitions['ShippedReason'] = { anyOf: [partial, { const: false }, { type: 'null' }] };
    return Object.fromEntries(
      Object.entries(SHIPPED_REASONS).map(([key, { label }]) => [
        key,
        { description: `Shipped: ${label}`, $ref: '#/$defs/ShippedReason' },
      ]),
    );
  }

  private define(type: ConfigClass): string {
    const name = type.name.replace(/Config$/, '');
    if (this.definitions[name] === undefined) {
      this.definitions[name] = {};
      this.definitions[name] = this.schemaOf(type);
    }
    return name;
  }

  private descriptionOf(type: ConfigClass, field: string): string | undefined {
    for (let at = type; at.name !== ''; at = Object.getPrototypeOf(at) as ConfigClass) {
      const doc = this.docs.get(`${at.name}.${field}`);
      if (doc !== undefined)
        return isSecretField(type, field)
          ? `${doc} A secret: write \${NAME} or \${file:path}.`
          : doc;
    }
    return undefined;
  }
}

/** Where a reference would not satisfy the schema of what it stands for, it is allowed beside it. */
function withReferences(schema: Schema): Schema {
  const { type, items } = schema;
  if (type === 'array') return { ...schema, items: withReferences(items as Schema) };
  const isConstrained =
    'pattern' in schema || 'format' in schema || Number(schema['minLength'] ?? 1) > 1;
  const refusesReferences =
    type === 'string' ? isConstrained : ['integer', 'number', 'boolean'].includes(String(type));
  return refusesReferences ? { anyOf: [schema, REFERENCE] } : schema;
}

/** A field without a default must be given, unless it is marked as optional. */
function isRequired(type: ConfigClass, field: string): boolean {
  return (new type() as Record<string, unknown>)[field] === undefined && !isOptional(type, field);
}

/** IsOptional's own mark: class-validator keeps it as a conditional validation. */
function isOptional(type: ConfigClass, field: string): boolean {
  return getMetadataStorage()
    .getTargetValidationMetadatas(type, '', true, false)
    .some(
      ({ propertyName, type: kind }) => propertyName === field && kind === 'conditionalValidation',
    );
}
