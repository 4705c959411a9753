import type { Container, Pod } from "./objects.ts";
import { quantity, quantityText } from "./quantities.ts";

/** What the pods of a namespace use of one resource of a quota; finished pods use nothing. undefined: not a resource of pods. */
export function usedByPods(pods: readonly Pod[], resource: string): string | undefined {
  const alive = pods.filter(({ status }) => status.phase !== "Succeeded" && status.phase !== "Failed");
  if (resource === "pods" || resource === "count/pods") return String(alive.length);
  const [, kind = "requests", name] = /^(?:(requests|limits)\.)?(cpu|memory)$/.exec(resource) ?? [];
  if (name === undefined) return undefined;
  const of = ({ resources }: Container): number => {
    const amounts = (resources ?? {}) as Record<string, Record<string, string> | undefined>;
    return quantity(amounts[kind]?.[name] ?? "0");
  };
  return quantityText(alive.flatMap(({ spec }) => spec.containers).reduce((sum, container) => sum + of(container), 0));
}
