import { stringify } from "yaml";
import type { AuthoredSignal } from "../../functions/domain/blueprint-authored.ts";
import type { AuthoredTrigger } from "../../functions/domain/blueprint-authored-trigger.ts";
import { parseBlueprintText } from "../load-blueprints.ts";

const STACK = { metricPreset: "eks", target: { cluster: "cluster", namespace: "namespace" } } as const;

/**
 * Why no blueprint can have a trigger, whatever the stack, in words with what to do; null where one can. `signals`: those that the import describes for it. One
 * bad rule of a source is not the end of the others.
 */
export function triggerRefusal(trigger: AuthoredTrigger, signals: Readonly<Record<string, AuthoredSignal>> = {}): string | null {
  const described = Object.keys(signals).length === 0 ? {} : { signals };
  const text = stringify({ metadata: { name: "imported", version: "1.0.0" }, spec: { ...described, triggers: [trigger] } });
  const { problems } = parseBlueprintText(text, "imported.yaml", STACK);
  const wrong = problems.find(
    ({ stage, path }) => stage === "authored" && path[0] === "spec" && ["triggers", "signals"].includes(`${path[1]}`),
  );
  return wrong === undefined ? null : `${wrong.message}: ${wrong.fix}`;
}
