import type { Strategy } from "../../functions/domain/rollback-document.ts";
import type { ScenarioResult } from "./scenario.ts";

/** The change was taken back: incident recovered, and the cluster, read from its API, is what it was. */
export function judgeRolledBack({ incident, before, after }: ScenarioResult): string[] {
  const { outcome, summary } = incident.meta;
  return [
    ...(outcome === "recovered" ? [] : [`the incident ended as ${outcome}, expected recovered: ${summary}`]),
    ...differs("image", after.image, before.image),
    ...differs("replicas", after.replicas, before.replicas),
    ...differs("ready pods", after.readyReplicas, before.replicas),
    ...differs("pods of the live template", after.updatedReplicas, before.replicas),
    ...differs("update strategy", after.strategy, before.strategy),
  ];
}

/** The change was taken back by this strategy, and the timeline shows these steps. */
export function judgeStrategy(strategy: Strategy, steps: readonly string[]): (result: ScenarioResult) => string[] {
  return (result) => {
    const { meta, events } = result.incident;
    const planned = meta.record?.plan?.strategy ?? "none";
    const done = new Set(
      events.flatMap(({ data }) => (typeof data.stepId === "string" && data.outcome === "applied" ? [data.stepId] : [])),
    );
    const acted = new Set(events.map(({ data }) => data.stepId));
    return [
      ...judgeRolledBack(result),
      ...differs("strategy", planned, strategy),
      ...steps.flatMap((step) =>
        done.has(step) || (step.startsWith("analyse") && acted.has(step)) ? [] : [`step ${step} was not carried out`],
      ),
    ];
  };
}

/** Nobody's change: a human was paged, and not one field of the Deployment's spec was written. */
export function judgeLeftAlone({ incident, before, after, messages }: ScenarioResult): string[] {
  const { outcome, summary } = incident.meta;
  const paged = messages.some((message) => message.urgency === "page");
  return [
    ...(outcome === "escalated" ? [] : [`the incident ended as ${outcome}, expected escalated: ${summary}`]),
    ...(paged ? [] : ["nobody was paged"]),
    ...differs("image", after.image, before.image),
    ...differs("generation", after.generation, before.generation),
  ];
}

function differs(what: string, actual: string | number, expected: string | number): string[] {
  return actual === expected ? [] : [`${what}: ${actual}, expected ${expected}`];
}
