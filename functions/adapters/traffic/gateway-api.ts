import type { Confirmation, Route } from "../../domain/cluster-action.ts";
import { type Shares, sharesOf } from "../../domain/traffic.ts";
import type { JsonPatchOperation } from "../kubernetes/kubernetes-client.ts";
import type { LiveObject } from "../kubernetes/object-write.ts";
import { readyBehind } from "./endpoints.ts";
import type { Problem, Router } from "./router.ts";
import { type ArmsValue, weightedRouter } from "./weighted-router.ts";

const GROUP = "gateway.networking.k8s.io";

interface BackendRef {
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number;
  readonly weight?: number;
}

interface HttpRouteRule {
  readonly name?: string;
  readonly matches?: readonly { readonly headers?: readonly unknown[]; readonly queryParams?: readonly unknown[] }[];
  readonly filters?: readonly { readonly type?: string }[];
  readonly backendRefs?: readonly BackendRef[];
}

/** `HTTPRoute`, as far as it is used. */
export interface HttpRoute extends LiveObject {
  readonly spec?: { readonly rules?: readonly HttpRouteRule[] };
  readonly status?: {
    readonly parents?: readonly {
      readonly parentRef?: { readonly name?: string };
      readonly conditions?: readonly {
        readonly type: string;
        readonly status: string;
        readonly observedGeneration?: number;
        readonly message?: string;
      }[];
    }[];
  };
}

/** Weights of an HTTPRoute's rule. Proven when every parent says Accepted and ResolvedRefs about this very generation. */
export const gatewayApi: Router = weightedRouter<HttpRoute>({
  kind: "HTTPRoute",
  async path(kubernetes, { namespace }, { name }) {
    const [version] = await kubernetes.served(GROUP);
    return version === undefined
      ? null
      : `/apis/${GROUP}/${version}/namespaces/${encodeURIComponent(namespace)}/httproutes/${encodeURIComponent(name)}`;
  },
  arms: armsOfRule,
  sharesIn: (value) => sharesOf(Object.fromEntries((value as readonly BackendRef[]).map(({ name, weight = 1 }) => [name, weight]))),
  allTo(backend, before) {
    const refs = before as readonly BackendRef[];
    const others = refs.filter(({ name }) => name !== backend).map((ref) => ({ ...ref, weight: 0 }));
    return [...others, { kind: "Service", port: refs[0]?.port, ...refs.find(({ name }) => name === backend), name: backend, weight: 100 }];
  },
  accepted,
  readyOf: async ({ kubernetes, target }, arm) => (await readyBehind(kubernetes, target.namespace, arm))?.length ?? null,
});

function armsOfRule({ spec }: HttpRoute, { rule: wanted }: Route): ArmsValue | Problem {
  const rules = spec?.rules ?? [];
  const index = indexOfRule(rules, wanted);
  if (typeof index !== "number") return index;
  const { matches = [], filters = [], backendRefs = [] } = rules[index] ?? {};
  if (matches.some(({ headers = [], queryParams = [] }) => headers.length > 0 || queryParams.length > 0)) {
    return { problem: "its rule matches by header or query: only some of the traffic, so weights would say nothing" };
  }
  if (filters.some(({ type }) => type === "RequestMirror")) return { problem: "its rule mirrors requests, which is not understood" };
  if (backendRefs.some(({ kind = "Service", namespace }) => kind !== "Service" || namespace !== undefined)) {
    return { problem: "a backend is not a Service of the same namespace" };
  }
  const names = backendRefs.map(({ name }) => name);
  if (new Set(names).size !== names.length) return { problem: "a backend is named twice in one rule" };
  const pointer = `/spec/rules/${index}/backendRefs`;
  return {
    pointer,
    value: backendRefs,
    set: (to) => weightOperations(backendRefs, pointer, to),
  };
}

function weightOperations(backendRefs: readonly BackendRef[], pointer: string, to: Shares): readonly JsonPatchOperation[] | Problem {
  const problem = unnamed(
    backendRefs.map(({ name }) => name),
    to,
  );
  if (problem !== null) return problem;
  return backendRefs.flatMap(({ name, weight }, index): JsonPatchOperation[] => [
    { op: "test", path: `${pointer}/${index}/name`, value: name },
    ...(weight === undefined ? [] : [{ op: "test", path: `${pointer}/${index}/weight`, value: weight } as const]),
    { op: weight === undefined ? "add" : "replace", path: `${pointer}/${index}/weight`, value: to[name] ?? 0 },
  ]);
}

/** Every arm of the route has to be named, and every named arm has to be there. */
export function unnamed(arms: readonly string[], to: Shares): Problem | null {
  const missing = Object.keys(to).find((arm) => !arms.includes(arm));
  if (missing !== undefined) return { problem: `it has no backend ${missing} (it has ${arms.join(", ") || "none"})` };
  const extra = arms.find((arm) => !(arm in to));
  return extra === undefined ? null : { problem: `it has a further backend ${extra}, whose share nobody has said` };
}

/** By name; else the only rule, or the only one with several backends. */
function indexOfRule(rules: readonly HttpRouteRule[], wanted: string | null): number | Problem {
  const matching = rules.flatMap((rule, index) => (wanted === null || rule.name === wanted ? [{ rule, index }] : []));
  const split = matching.length > 1 ? matching.filter(({ rule }) => (rule.backendRefs?.length ?? 0) > 1) : matching;
  const [only, another] = split;
  if (only === undefined) return { problem: wanted === null ? "it has no rule with several backends" : `it has no rule ${wanted}` };
  return another === undefined ? only.index : { problem: "it has several rules with several backends: name one (traffic.rule)" };
}

function accepted({ metadata, status }: HttpRoute): Confirmation {
  const parents = status?.parents ?? [];
  if (parents.length === 0) return { verdict: "inconclusive", reason: "no Gateway says anything about the route" };
  for (const { parentRef, conditions = [] } of parents) {
    for (const type of ["Accepted", "ResolvedRefs"]) {
      const condition = conditions.find((one) => one.type === type);
      const current = (condition?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
      if (condition?.status === "True" && current) continue;
      const what =
        !current || condition === undefined
          ? "has not looked at this generation yet"
          : `says ${type} ${condition.status}: ${condition.message ?? ""}`;
      return { verdict: "not-yet", reason: `Gateway ${parentRef?.name ?? "?"} ${what}` };
    }
  }
  return {
    verdict: "proven",
    reason: `${parents.map(({ parentRef }) => `Gateway ${parentRef?.name ?? "?"}`).join(", ")} accepted this generation`,
  };
}
