import * as z from "zod/mini";
import { AuthoredBlueprintSchema, AuthoredSignalSchema, blueprintDescriptions } from "./blueprint-authored.ts";

/** The authored shape as a JSON Schema (draft 7, which YAML editors read), ready to be written. Meaning is checked only by the compiler. */
export function blueprintJsonSchema(): string {
  const schema = z.toJSONSchema(AuthoredBlueprintSchema, {
    target: "draft-7",
    io: "input",
    metadata: blueprintDescriptions,
    override({ zodSchema, jsonSchema }) {
      if ((zodSchema as unknown) !== AuthoredSignalSchema) return;
      jsonSchema.oneOf = ["metric", "ratio", "alarm"].map((source) => ({ required: [source] }));
    },
  });
  return `${JSON.stringify({ title: "Rollguard blueprint", ...schema }, null, 2)}\n`;
}
