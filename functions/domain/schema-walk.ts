import type * as z from "zod/mini";

type SchemaPath = readonly (string | number)[];

/** The parts of a zod schema's definition that lead from a path to the schema there. */
export interface SchemaDefinition {
  readonly self: z.core.$ZodType;
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly innerType?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly discriminator?: string;
  readonly values?: readonly unknown[];
  readonly checks?: readonly { readonly _zod: { readonly def: { readonly error?: (issue: object) => unknown } } }[];
}

function definitionOf(schema: z.core.$ZodType): SchemaDefinition {
  const definition = schema._zod.def as unknown as SchemaDefinition;
  return definition.type === "optional" && definition.innerType !== undefined
    ? definitionOf(definition.innerType)
    : { ...definition, self: schema };
}

/** The schema that judges the value at a path of `raw`, through optional fields, lists, records and discriminated unions. */
export function schemaAt(root: z.core.$ZodType, raw: unknown, path: SchemaPath): SchemaDefinition | null {
  let current: SchemaDefinition | null = definitionOf(root);
  for (const [depth, part] of path.entries()) {
    current = chosen(current, valueAt(raw, path.slice(0, depth)));
    const next: z.core.$ZodType | undefined = current?.shape?.[part] ?? current?.valueType ?? current?.element;
    current = next === undefined ? null : definitionOf(next);
    if (current === null) return null;
  }
  return chosen(current, valueAt(raw, path));
}

/** Of a discriminated union, the option that the value chose; of another one, its section where the value is a section. */
function chosen(definition: SchemaDefinition | null, value: unknown): SchemaDefinition | null {
  if (definition?.options === undefined) return definition;
  if (definition.discriminator === undefined) {
    const section = definition.options.map(definitionOf).find(({ shape }) => shape !== undefined);
    return typeof value === "object" && value !== null && section !== undefined ? section : definition;
  }
  const key = definition.discriminator;
  const choice = (value as Readonly<Record<string, unknown>> | null | undefined)?.[key];
  const option = definition.options.find((candidate) => {
    const literal = definitionOf(candidate).shape?.[key];
    return literal !== undefined && definitionOf(literal).values?.includes(choice);
  });
  return option === undefined ? null : definitionOf(option);
}

/** The value at a path of plain data; undefined where it leads nowhere. */
export function valueAt(raw: unknown, path: SchemaPath): unknown {
  let current = raw;
  for (const part of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, part)) return undefined;
    current = (current as Readonly<Record<string | number, unknown>>)[part];
  }
  return current;
}
