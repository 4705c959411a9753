import type { PlanStep } from "../rollback-document.ts";
import { describeShares } from "../traffic.ts";
import { armsOf } from "./route-facts.ts";
import type { StrategyFacts } from "./strategy-facts.ts";

/** Sentences for the plan about the traffic: what is not known, who would write it back, and what stays moved. */
export function trafficReasons(facts: StrategyFacts, steps: readonly PlanStep[]): readonly string[] {
  const share = steps.find(({ kind }) => kind === "pause-at-share");
  const doubled =
    share?.action?.kind === "pause-at-share"
      ? [
          `both versions run side by side: ${share.action.replicas} more pods for ${share.action.seconds} s, nearly twice as many, and the watch always ends in the restore`,
        ]
      : [];
  if (facts.surroundings === undefined) return doubled;
  const arms = armsOf(facts);
  if (arms === null) return doubled;
  if ("problem" in arms) return [...doubled, `the traffic is left alone: ${arms.problem}`];
  const moved = steps.filter(({ kind, id }) => kind === "set-weights" && (id === "traffic-to-stable" || id === "stop-canary"));
  const returns = steps.some(({ id }) => id.startsWith("return-weights-") || id.startsWith("return-refused-"));
  const page = steps.some(({ id }) => id === "maintenance-on") ? "where the maintenance page is refused, " : "";
  return [
    ...doubled,
    `traffic of ${arms.route.name}: ${describeShares(arms.shares)}`,
    ...(moved.length > 0 && arms.owner !== null ? [`${arms.owner} writes ${arms.route.name} too and may undo what is shifted`] : []),
    ...(moved.length > 0 && !returns && arms.capabilities.controller === null
      ? [`${page}what is shifted stays on ${arms.stable} after the rollback: no good release with other weights is known`]
      : []),
  ];
}
