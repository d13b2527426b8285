/** The parts of an OpenAPI document that walking it needs. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<string, Operation>>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface Operation {
  readonly 'x-access'?: string;
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
}

export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly nullable?: boolean;
}

/** Fields that one of a pair must hold (`text` or `html`), which a schema cannot say. */
const ALSO = ['text', 'outcome'];

/** A body that passes validation: required fields and `ALSO`; undefined where the route takes none. */
export function sampleBody(
  document: OpenApi,
  operation: Operation,
  ids: Readonly<Record<string, string>> = {},
): unknown {
  const schema = operation.requestBody?.content['application/json']?.schema;
  return schema === undefined ? undefined : sample(document, schema, '', ids);
}

/** The properties of a JSON body by name, and whether the document lets them be null. */
export function propertiesOf(
  document: OpenApi,
  operation: Operation,
): [name: string, about: { readonly nullable: boolean }][] {
  const schema = operation.requestBody?.content['application/json']?.schema;
  if (schema === undefined) return [];
  return Object.entries(resolve(document, schema).properties ?? {}).map(([name, property]) => [
    name,
    { nullable: property.nullable === true || [property.type].flat().includes('null') },
  ]);
}

function sample(
  document: OpenApi,
  given: Schema,
  name: string,
  ids: Readonly<Record<string, string>>,
): unknown {
  const schema = resolve(document, given);
  if (name in ids) return ids[name];
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.oneOf?.[0] !== undefined) return sample(document, schema.oneOf[0], name, ids);
  switch ([schema.type].flat()[0]) {
    case 'object':
      return Object.fromEntries(
        fieldsOf(schema).map((property) => [
          property,
          sample(document, schema.properties?.[property] ?? {}, property, ids),
        ]),
      );
    case 'array':
      return schema.items === undefined ? [] : [sample(document, schema.items, name, ids)];
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    default:
      return text(schema);
  }
}

function fieldsOf(schema: Schema): string[] {
  const also = ALSO.filter((name) => schema.properties?.[name] !== undefined);
  return [...new Set([...(schema.required ?? []), ...also])];
}

function text(schema: Schema): string {
  switch (schema.format) {
    case 'email':
      return 'alguem@cliente.example';
    case 'uuid':
      return '44444444-4444-4444-8444-444444444444';
    case 'date-time':
      return '2026-11-05T13:00:00.000Z';
    default:
      return 'texto '.repeat(Math.ceil((schema.minLength ?? 1) / 6)).trim();
  }
}

function resolve(document: OpenApi, schema: Schema): Schema {
  if (schema.$ref !== undefined) {
    const found = document.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
    if (found === undefined) throw new Error(`${schema.$ref} is not in the document`);
    return resolve(document, found);
  }
  if (schema.allOf === undefined) return schema;
  const parts = schema.allOf.map((part) => resolve(document, part));
  return {
    ...schema,
    type: 'object',
    properties: Object.assign({}, ...parts.map((part) => part.properties ?? {})) as Record<
      string,
      Schema
    >,
    required: parts.flatMap((part) => part.required ?? []),
  };
}
