import { isJsonObject, type JsonObject } from '../../base/json.ts';

/** Named schemas met while one is written down; becomes `$defs`. */
export type Definitions = Map<string, JsonObject>;

/** A schema as data, whatever its type. */
export interface AnySchema {
  /** JSON Schema (2020-12) of the values; named schemas are put into `definitions` and referred to. */
  readonly describe: (definitions: Definitions) => JsonObject;
}

/**
 * A schema of exactly the values of `T`. The type stands in both positions of a function, so that a schema of more or
 * of less than `T` is not assignable to it: a type and its schema that differ do not compile.
 */
export interface Schema<T> extends AnySchema {
  /** Never set: it only carries the type. */
  readonly __type?: (value: T) => T;
}

/** A field that may be absent. */
export interface OptionalField<T> {
  readonly optional: Schema<T>;
}

/** One schema for each field of `T`: a field too many, one too few or one of another type does not compile. */
export type Fields<T> = {
  readonly [K in keyof T]-?: Record<never, never> extends Pick<T, K>
    ? OptionalField<Exclude<T[K], undefined>>
    : Schema<T[K]>;
};

type TypeOf<S> = S extends Schema<infer T> ? T : never;

/** A schema written as it is. */
function schema<T>(json: JsonObject): Schema<T> {
  return { describe: () => json };
}

export const text: Schema<string> = schema({ type: 'string' });
export const boolean: Schema<boolean> = schema({ type: 'boolean' });

/** A whole number that a double holds exactly, from `minimum` where one is given. */
export function integer(minimum: number = Number.MIN_SAFE_INTEGER): Schema<number> {
  return schema({ type: 'integer', minimum, maximum: Number.MAX_SAFE_INTEGER });
}

/** One text. */
export function literal<const T extends string>(value: T): Schema<T> {
  return schema({ const: value });
}

/** One of some texts. */
export function words<const T extends string>(...values: readonly T[]): Schema<T> {
  return schema({ enum: values });
}

/** Any value of a type that JSON Schema says in one word, such as `{ type: 'object' }`. */
export function anyOfType<T>(json: JsonObject): Schema<T> {
  return schema(json);
}

/** The value or null. */
export function nullable<T>(of: Schema<T>): Schema<T | null> {
  return { describe: (to) => ({ anyOf: [of.describe(to), { type: 'null' }] }) };
}

/** A list. */
export function list<T>(of: Schema<T>): Schema<readonly T[]> {
  return { describe: (to) => ({ type: 'array', items: of.describe(to) }) };
}

/** An object of any keys. */
export function map<T>(of: Schema<T>): Schema<Readonly<Record<string, T>>> {
  return { describe: (to) => ({ type: 'object', additionalProperties: of.describe(to) }) };
}

/** A field that may be absent. */
export function optional<T>(of: Schema<T>): OptionalField<T> {
  return { optional: of };
}

/** An object of these fields and no others. */
export function object<T>(fields: Fields<T>): Schema<T> {
  const entries: [string, AnySchema | OptionalField<unknown>][] = Object.entries(fields);
  return {
    describe: (to) => ({
      type: 'object',
      properties: Object.fromEntries(
        entries.map(([key, of]) => [
          key,
          'optional' in of ? of.optional.describe(to) : of.describe(to),
        ]),
      ),
      required: entries.filter(([, of]) => !('optional' in of)).map(([key]) => key),
      additionalProperties: false,
    }),
  };
}

/** One of several schemas. */
export function either<const S extends readonly AnySchema[]>(...of: S): Schema<TypeOf<S[number]>> {
  return { describe: (to) => ({ anyOf: of.map((one) => one.describe(to)) }) };
}

/**
 * One of several objects, told by the value of one field. `discriminator` is OpenAPI's word: it lets a validator look
 * at one object instead of all, and name the field that is wrong in it. Each object is a definition of its own, named
 * for its value of the field: a validator that is made of one function for each uses little of the stack.
 */
export function tagged<const S extends readonly AnySchema[]>(
  { name, by }: { readonly name: string; readonly by: string },
  of: () => S,
): Schema<TypeOf<S[number]>> {
  return named(name, () => ({
    describe: (to) => ({
      type: 'object',
      discriminator: { propertyName: by },
      oneOf: of().map((one) => {
        const described = one.describe(to);
        if ('$ref' in described) return described;
        const member = `${name}.${tagsOf(described, by).join('-')}`;
        to.set(member, described);
        return { $ref: `#/$defs/${member}` };
      }),
    }),
  }));
}

/** A schema with a name; may refer to itself. */
export function named<T>(name: string, of: () => Schema<T>): Schema<T> {
  return {
    describe: (to) => {
      if (!to.has(name)) {
        to.set(name, {});
        to.set(name, of().describe(to));
      }
      return { $ref: `#/$defs/${name}` };
    },
  };
}

function tagsOf({ properties }: JsonObject, by: string): readonly unknown[] {
  const field = isJsonObject(properties) ? properties[by] : undefined;
  if (!isJsonObject(field)) return [];
  return Array.isArray(field['enum']) ? field['enum'] : [field['const']];
}
