import * as z from "zod/mini";
import { AuthoredBlueprintSchema } from "./blueprint-authored.ts";
import { blueprintDescriptions } from "./blueprint-fields.ts";

/** The authored shape as the text of a JSON Schema (draft 7, which YAML editors read). What the values mean is checked only by the compiler. */
export function blueprintJsonSchema(): string {
  const schema = z.toJSONSchema(AuthoredBlueprintSchema, { target: "draft-7", io: "input", metadata: blueprintDescriptions });
  return `${JSON.stringify({ title: "Rollguard blueprint", ...schema }, null, 2)}\n`;
}
