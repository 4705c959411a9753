import type { Service } from "kubernetes-types/core/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import type { Confirmation, Route } from "../../domain/cluster-action.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import { pointerSegment } from "../kubernetes/object-write.ts";
import { podsWith, readyBehind } from "./endpoints.ts";
import type { Problem, Router } from "./router.ts";
import { type ArmsValue, weightedRouter } from "./weighted-router.ts";

/** Where a Service is. */
export function servicePath(namespace: string, name: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(name)}`;
}

const router: Router = weightedRouter<Service>({
  kind: "Service",
  path: async (_kubernetes, { namespace }, { name }) => servicePath(namespace, name),
  arms: armOfSelector,
  sharesIn: (value) => ({ [String(value)]: 100 }),
  allTo: (backend) => backend,
  accepted: () => ({ verdict: "proven", reason: "the Service selects it" }),
  readyOf: async ({ kubernetes, target, route: { rule }, live: { spec } }, arm) =>
    rule === null ? null : (await podsWith(kubernetes, target.namespace, { ...spec?.selector, [rule]: arm })).ready.length,
});

/** Blue-green by one label of a Service's selector: `rule` is the label, an arm is its value. Proven when only pods of that arm are behind the Service. */
export const serviceSelector: Router = {
  ...router,
  async confirm(kubernetes, target, route, to) {
    const set = await router.confirm(kubernetes, target, route, to);
    return set.verdict === "proven" ? confirmEndpoints(kubernetes, target, route.name) : set;
  },
};

/** Are the endpoints of a Service exactly pods that its selector names, and at least one? */
export async function confirmEndpoints(kubernetes: KubernetesClient, { namespace }: Target, service: string): Promise<Confirmation> {
  const live = await kubernetes.get<Service>(servicePath(namespace, service));
  const behind = await readyBehind(kubernetes, namespace, service);
  if (live === null || behind === null) return { verdict: "not-yet", reason: `Service ${service} has no endpoints` };
  const selected = new Set(
    (await podsWith(kubernetes, namespace, live.spec?.selector ?? {})).pods.map(({ metadata }) => metadata?.name ?? ""),
  );
  const strangers = behind.filter((name) => !selected.has(name));
  if (strangers.length > 0)
    return { verdict: "not-yet", reason: `${strangers.length} endpoints of Service ${service} are still of the other pods` };
  if (behind.length === 0) return { verdict: "not-yet", reason: `Service ${service} has no ready endpoint` };
  return { verdict: "proven", reason: `${behind.length} endpoints of Service ${service}, all of the selected pods` };
}

function armOfSelector({ metadata, spec }: Service, { rule }: Route): ArmsValue | Problem {
  if (rule === null) return { problem: "which label of the selector tells the versions apart has to be said (traffic.rule)" };
  const arm = spec?.selector?.[rule];
  if (arm === undefined) return { problem: `its selector has no label ${rule}` };
  const pointer = `/spec/selector/${pointerSegment(rule)}`;
  return {
    pointer,
    value: arm,
    set(to) {
      const next = Object.keys(to).find((key) => to[key] === 100);
      if (next === undefined) return { problem: "a Service sends all its traffic to one version" };
      return [
        { op: "test", path: "/metadata/resourceVersion", value: metadata?.resourceVersion },
        { op: "test", path: pointer, value: arm },
        { op: "replace", path: pointer, value: next },
      ];
    },
  };
}
