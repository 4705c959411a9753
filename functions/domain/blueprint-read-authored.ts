import type * as z from "zod/mini";
import { type AuthoredBlueprint, AuthoredBlueprintSchema } from "./blueprint-authored.ts";
import { blueprintDescriptions } from "./blueprint-fields.ts";
import type { Problem, ProblemPath } from "./blueprint-problem.ts";
import { closestWord } from "./closest-word.ts";
import { type SchemaDefinition, schemaAt, valueAt } from "./schema-walk.ts";
import { shownText } from "./shown-text.ts";

/** Reads the authored shape out of plain data, or says everything that is wrong with it. */
export function readAuthored(raw: unknown): { readonly authored: AuthoredBlueprint | null; readonly problems: Problem[] } {
  const parsed = AuthoredBlueprintSchema.safeParse(raw);
  if (parsed.success) return { authored: parsed.data, problems: [] };
  return { authored: null, problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, raw)) };
}

function problemsOf(issue: z.core.$ZodIssue, raw: unknown): Problem[] {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  const found = valueAt(raw, path);
  const schema = schemaAt(AuthoredBlueprintSchema, raw, path);
  const purpose = descriptionOf(schema);
  const problem = (message: string, fix: string, at: Problem["at"] = "value"): Problem => ({ path, at, stage: "authored", message, fix });

  switch (issue.code) {
    case "unrecognized_keys": {
      const known = keysOf(schema);
      return issue.keys.map((key) => ({ ...problem(`unknown key "${shownText(key)}"`, keyFix(key, known), "key"), path: [...path, key] }));
    }
    case "invalid_type":
      if (found === undefined) return [problem(`${name(path)} is missing`, `add it${purpose && `: ${purpose}`}`)];
      return [problem(`expected ${kindOf(schema, issue.expected)}, got ${shown(found)}`, typeFix(found, issue.expected, purpose))];
    case "invalid_value": {
      const values = issue.values.map(String);
      if (found === undefined)
        return [problem(`${name(path)} is missing`, `add it, one of ${values.join(", ")}${purpose && `: ${purpose}`}`)];
      return [problem(`expected one of ${values.join(", ")}, got ${shown(found)}`, valueFix(found, values, purpose))];
    }
    case "invalid_union": {
      const meant = alternativeOf(issue);
      if (meant !== null) return meant.flatMap((nested) => problemsOf({ ...nested, path: [...issue.path, ...nested.path] }, raw));
      if (issue.errors.length > 0) return [problem(`${issue.message}, got ${shown(found)}`, purpose)];
      const options = (("options" in issue && issue.options) || []) as unknown[];
      const values = options.map(String);
      if (found === undefined) return [problem(`${name(path)} is missing`, `add it, one of ${values.join(", ")}`)];
      return [problem(`expected one of ${values.join(", ")}, got ${shown(found)}`, valueFix(found, values, purpose))];
    }
    case "invalid_key":
      return [problem(`${issue.issues[0]?.message ?? "not a valid name"}, got "${name(path)}"`, "rename it", "key")];
    default:
      return [problem(`${issue.message}, got ${shown(found)}`, purpose === "" ? "change the value" : purpose)];
  }
}

/** Of the alternatives that a value may have, the one of its kind: there the mistake is inside. Null where it has the kind of none. */
function alternativeOf({ errors }: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | null {
  const ofItsKind = errors.filter((issues) => !issues.some(({ path, code }) => path.length === 0 && code !== "unrecognized_keys"));
  return ofItsKind.length === 1 ? (ofItsKind[0] ?? null) : null;
}

function keyFix(key: string, known: readonly string[]): string {
  const meant = meantBy(key, known);
  return meant === null ? `remove it; known keys here: ${known.join(", ")}` : `did you mean "${meant}"?`;
}

function valueFix(found: unknown, values: readonly string[], purpose: string): string {
  const meant = typeof found === "string" ? meantBy(found, values) : null;
  return meant === null ? purpose || "use one of these" : `did you mean "${meant}"?`;
}

/** Nobody means a word by what is too long to be shown. */
function meantBy(word: string, known: readonly string[]): string | null {
  return shownText(word) === word ? closestWord(word, known) : null;
}

function typeFix(found: unknown, expected: string, purpose: string): string {
  const unquoted = expected === "string" && (typeof found === "number" || typeof found === "boolean");
  return `${unquoted ? "write it as text, with its unit or in quotes. " : ""}${purpose}` || "change the value";
}

function name(path: ProblemPath): string {
  return shownText(String(path.at(-1) ?? "the blueprint"));
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a section with keys";
  return typeof value === "string" ? `"${shownText(value)}"` : `the ${typeof value} ${value}`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  object: "a section with keys",
  record: "a section with names as keys",
  array: "a list",
  boolean: "true or false",
  number: "a number",
  int: "a whole number",
};

function kindOf(schema: SchemaDefinition | null, expected: string): string {
  const pattern = schema?.checks?.map((check) => check._zod.def.error?.({})).find((message) => typeof message === "string");
  return typeof pattern === "string" ? pattern.replace(/^expected /, "") : (KINDS[expected] ?? expected);
}

function keysOf(definition: SchemaDefinition | null): readonly string[] {
  return Object.keys(definition?.shape ?? {});
}

function descriptionOf(definition: SchemaDefinition | null): string {
  return definition === null ? "" : (blueprintDescriptions.get(definition.self)?.description ?? "");
}
