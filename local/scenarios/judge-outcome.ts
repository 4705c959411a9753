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
