import type { Route } from "../../domain/cluster-action.ts";
import { type Shares, sharesOf } from "../../domain/traffic.ts";
import type { JsonPatchOperation, KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import type { LiveObject } from "../kubernetes/object-write.ts";
import { podsWith, readyBehind } from "./endpoints.ts";
import { unnamed } from "./gateway-api.ts";
import type { Problem, Router } from "./router.ts";
import { type ArmPlace, type ArmsValue, weightedRouter } from "./weighted-router.ts";

const GROUP = "networking.istio.io";

interface Destination {
  readonly destination: { readonly host: string; readonly subset?: string; readonly port?: { readonly number?: number } };
  readonly weight?: number;
}

interface HttpRule {
  readonly name?: string;
  readonly match?: readonly Readonly<Record<string, unknown>>[];
  readonly mirror?: unknown;
  readonly mirrors?: readonly unknown[];
  readonly route?: readonly Destination[];
}

/** `VirtualService`, as far as it is used. */
export interface VirtualService extends LiveObject {
  readonly spec?: { readonly http?: readonly HttpRule[] };
}

interface DestinationRule extends LiveObject {
  readonly spec?: {
    readonly host?: string;
    readonly subsets?: readonly { readonly name?: string; readonly labels?: Readonly<Record<string, string>> }[];
  };
}

/** Matches under which only some of the traffic takes a route. */
const PARTIAL_MATCHES = ["headers", "queryParams", "withoutHeaders", "sourceLabels", "sourceNamespace"];

/** Weights of a VirtualService's http route; an arm is a subset, or the first label of a host. Istio gives no status by default, so the stored object is the proof. */
export const istio: Router = weightedRouter<VirtualService>({
  kind: "VirtualService",
  path: async (kubernetes, { namespace }, { name }) => pathOf(kubernetes, namespace, `virtualservices/${encodeURIComponent(name)}`),
  arms: armsOfRoute,
  sharesIn(value) {
    const route = value as readonly Destination[];
    return sharesOf(Object.fromEntries(route.map((one) => [armOf(one), one.weight ?? (route.length === 1 ? 100 : 0)])));
  },
  allTo(backend, before) {
    const others = (before as readonly Destination[]).filter((one) => armOf(one) !== backend).map((one) => ({ ...one, weight: 0 }));
    return [...others, { destination: { host: backend }, weight: 100 }];
  },
  accepted: () => ({ verdict: "proven", reason: "the API server has the weights; whether every proxy has them is not told" }),
  readyOf: readyOfArm,
});

async function pathOf(kubernetes: KubernetesClient, namespace: string, rest: string): Promise<string | null> {
  const [version] = await kubernetes.served(GROUP);
  return version === undefined ? null : `/apis/${GROUP}/${version}/namespaces/${encodeURIComponent(namespace)}/${rest}`;
}

function armOf({ destination: { host, subset } }: Destination): string {
  return subset ?? host.split(".")[0] ?? host;
}

function armsOfRoute({ spec }: VirtualService, { rule: wanted }: Route): ArmsValue | Problem {
  const rules = (spec?.http ?? []).map((rule, index) => ({ rule, index }));
  const matching =
    wanted === null
      ? rules.filter(({ rule }) => (rule.route?.length ?? 0) > 1 || rules.length === 1)
      : rules.filter(({ rule }) => rule.name === wanted);
  const [only, another] = matching;
  if (only === undefined)
    return { problem: wanted === null ? "it has no http route with several destinations" : `it has no http route ${wanted}` };
  if (another !== undefined) return { problem: "it has several http routes with several destinations: name one (traffic.rule)" };
  const { match = [], mirror, mirrors = [], route = [] } = only.rule;
  if (match.some((one) => PARTIAL_MATCHES.some((key) => key in one))) {
    return { problem: "its http route matches by header, query or source: only some of the traffic, so weights would say nothing" };
  }
  if (mirror !== undefined || mirrors.length > 0) return { problem: "its http route mirrors requests, which is not understood" };
  const arms = route.map(armOf);
  if (new Set(arms).size !== arms.length) return { problem: "a destination is named twice in one http route" };
  const pointer = `/spec/http/${only.index}/route`;
  return {
    pointer,
    value: route,
    set: (to) => unnamed(arms, to) ?? weightOperations(route, pointer, to),
  };
}

function weightOperations(route: readonly Destination[], pointer: string, to: Shares): JsonPatchOperation[] {
  return route.flatMap((one, index): JsonPatchOperation[] => {
    const path = `${pointer}/${index}`;
    const { host, subset } = one.destination;
    return [
      { op: "test", path: `${path}/destination/host`, value: host },
      ...(subset === undefined ? [] : [{ op: "test", path: `${path}/destination/subset`, value: subset } as const]),
      ...(one.weight === undefined ? [] : [{ op: "test", path: `${path}/weight`, value: one.weight } as const]),
      { op: one.weight === undefined ? "add" : "replace", path: `${path}/weight`, value: to[armOf(one)] ?? 0 },
    ];
  });
}

/** A subset is a label in a DestinationRule of the same host; a host is a Service. */
async function readyOfArm({ kubernetes, target: { namespace }, value }: ArmPlace<VirtualService>, arm: string): Promise<number | null> {
  const destination = (value as readonly Destination[]).find((one) => armOf(one) === arm)?.destination;
  if (destination?.subset === undefined) return (await readyBehind(kubernetes, namespace, arm))?.length ?? null;
  const path = await pathOf(kubernetes, namespace, "destinationrules");
  const rules = path === null ? null : await kubernetes.list<DestinationRule>(path);
  const rule = rules?.find(({ spec }) => spec?.host?.split(".")[0] === destination.host.split(".")[0]);
  const labels = rule?.spec?.subsets?.find(({ name }) => name === arm)?.labels;
  return labels === undefined ? null : (await podsWith(kubernetes, namespace, labels)).ready.length;
}
