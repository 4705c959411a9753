import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";
import { type Blueprint, BlueprintSchema, type Trigger } from "../../domain/blueprint.ts";
import { InvalidInputError } from "../../domain/errors.ts";
import { schemaProblems } from "../../domain/schema-problems.ts";
import type { BlueprintRegistry } from "../../ports/blueprint-registry.ts";

/**
 * The compiled blueprints in `blueprints.json` beside the bundled handler. Read at init, so that a broken deployment fails at once
 * and not at the first alarm.
 */
export function bundledBlueprints(location: URL = new URL("./blueprints.json", import.meta.url)): BlueprintRegistry {
  const all = readBlueprints(location);
  const byService = new Map<string, Blueprint>();
  const byAlarm = new Map<string, { readonly blueprint: Blueprint; readonly trigger: Trigger }>();
  for (const blueprint of all) {
    if (byService.has(blueprint.service))
      throw new InvalidInputError(`two blueprints have service ${blueprint.service}: give each its own name`);
    byService.set(blueprint.service, blueprint);
    for (const trigger of blueprint.triggers) {
      const other = byAlarm.get(trigger.alarmName);
      if (other !== undefined) {
        throw new InvalidInputError(
          `alarm ${trigger.alarmName} is listed by ${other.blueprint.service} and by ${blueprint.service}: an alarm may start one service only`,
        );
      }
      byAlarm.set(trigger.alarmName, { blueprint, trigger });
    }
  }
  return {
    all,
    byService: (service) => byService.get(service) ?? null,
    byAlarm: (alarmName) => byAlarm.get(alarmName) ?? null,
  };
}

function readBlueprints(location: URL): readonly Blueprint[] {
  const path = fileURLToPath(location);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new InvalidInputError(
      `${path} cannot be read: expected the compiled blueprints beside the handler; deploy again with cdk deploy (${(error as Error).message})`,
      { path },
      { cause: error },
    );
  }
  const parsed = z.array(BlueprintSchema).safeParse(content);
  if (parsed.success) return parsed.data;
  const problems = schemaProblems(parsed.error, "list");
  throw new InvalidInputError(`${path} does not hold compiled blueprints: ${problems.join("; ")}`, { problems }, { cause: parsed.error });
}
