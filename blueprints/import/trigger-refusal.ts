import { stringify } from "yaml";
import type { AuthoredTrigger } from "../../functions/domain/blueprint-authored-trigger.ts";
import { parseBlueprintText } from "../load-blueprints.ts";

const STACK = { metricPreset: "eks", target: { cluster: "cluster", namespace: "namespace" } } as const;

/** Why no blueprint can have a trigger, whatever the stack, in words with what to do; null where one can. One bad rule of a source is not the end of the others. */
export function triggerRefusal(trigger: AuthoredTrigger): string | null {
  const text = stringify({ metadata: { name: "imported", version: "1.0.0" }, spec: { triggers: [trigger] } });
  const { problems } = parseBlueprintText(text, "imported.yaml", STACK);
  const wrong = problems.find(({ stage, path }) => stage === "authored" && path[0] === "spec" && path[1] === "triggers");
  return wrong === undefined ? null : `${wrong.message}: ${wrong.fix}`;
}
