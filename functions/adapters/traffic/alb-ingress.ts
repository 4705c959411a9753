import type { Ingress } from "kubernetes-types/networking/v1.d.ts";
import type { Route } from "../../domain/cluster-action.ts";
import { type Shares, sharesOf } from "../../domain/traffic.ts";
import type { JsonPatchOperation } from "../kubernetes/kubernetes-client.ts";
import { annotationPath } from "../kubernetes/object-write.ts";
import { readyBehind } from "./endpoints.ts";
import { unnamed } from "./gateway-api.ts";
import type { Problem, Router } from "./router.ts";
import { type ArmsValue, weightedRouter } from "./weighted-router.ts";

const ACTION_PREFIX = "alb.ingress.kubernetes.io/actions.";

/** JSON of the annotation, with keys as somebody has written them. */
type Json = Readonly<Record<string, unknown>>;

/**
 * The AWS Load Balancer Controller's weights live in one JSON text inside an annotation. It is parsed, changed and written whole, with a `test` of
 * the old text; keys that we do not know stay. Nothing in the Ingress tells whether the load balancer has followed.
 */
export const albIngress: Router = weightedRouter<Ingress>({
  kind: "Ingress",
  path: async (_kubernetes, { namespace }, { name }) =>
    `/apis/networking.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/ingresses/${encodeURIComponent(name)}`,
  arms: armsOfAction,
  sharesIn: (value) =>
    sharesOf(
      Object.fromEntries(
        (groupsOf(parsed(String(value)) ?? {}) ?? []).map((group) => [String(entryOf(group, "serviceName")), weightOf(group)]),
      ),
    ),
  allTo: (backend, before) => allTo(backend, String(before)),
  accepted: () => ({
    verdict: "proven",
    reason: "the Ingress has the weights; whether the load balancer has taken them over is not told by it",
  }),
  readyOf: async ({ kubernetes, target }, arm) => (await readyBehind(kubernetes, target.namespace, arm))?.length ?? null,
});

function armsOfAction(ingress: Ingress, { rule }: Route): ArmsValue | Problem {
  const annotations = ingress.metadata?.annotations ?? {};
  const actions = Object.keys(annotations).filter((key) => key.startsWith(ACTION_PREFIX));
  const key = rule === null ? actions[0] : `${ACTION_PREFIX}${rule}`;
  if (rule === null && actions.length > 1) return { problem: "it has several actions: name one (traffic.rule)" };
  const text = key === undefined ? undefined : annotations[key];
  if (key === undefined || text === undefined) return { problem: `it has no annotation ${ACTION_PREFIX}${rule ?? "*"}` };
  if (!usesAnnotation(ingress, key.slice(ACTION_PREFIX.length))) {
    return {
      problem: `no rule sends to service ${key.slice(ACTION_PREFIX.length)} with port use-annotation, so the annotation is without effect`,
    };
  }
  const action = parsed(text);
  const groups = action === null ? null : groupsOf(action);
  if (action === null || groups === null) return { problem: `annotation ${key} is not a forward action with target groups by serviceName` };
  const names = groups.map((group) => String(entryOf(group, "serviceName")));
  return {
    pointer: annotationPath(key),
    value: text,
    set(to): readonly JsonPatchOperation[] | Problem {
      return (
        unnamed(names, to) ?? [
          { op: "test", path: annotationPath(key), value: text },
          { op: "replace", path: annotationPath(key), value: JSON.stringify(withShares(action, to)) },
        ]
      );
    },
  };
}

function usesAnnotation({ spec }: Ingress, action: string): boolean {
  const backends = [spec?.defaultBackend, ...(spec?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend))];
  return backends.some((backend) => backend?.service?.name === action && backend.service.port?.name === "use-annotation");
}

function parsed(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : null;
  } catch {
    return null;
  }
}

/** Null when anything about it is not understood. */
function groupsOf(action: Json): readonly Json[] | null {
  const forward = entryOf(action, "forwardConfig");
  const groups = isJson(forward) ? entryOf(forward, "targetGroups") : null;
  if (String(entryOf(action, "type")).toLowerCase() !== "forward" || !Array.isArray(groups) || groups.length === 0) return null;
  const known = groups.every(
    (group) => isJson(group) && typeof entryOf(group, "serviceName") === "string" && Number.isFinite(weightOf(group)),
  );
  const names = groups.map((group) => entryOf(group, "serviceName"));
  return known && new Set(names).size === names.length ? groups : null;
}

/** A target group's stickiness wins over the weights and keeps users on dead targets, so it goes off in the same write. */
function withShares(action: Json, to: Shares): Json {
  return changed(action, "forwardConfig", (forward) => {
    const config = isJson(forward) ? forward : {};
    const weighted = changed(config, "targetGroups", (groups) =>
      (Array.isArray(groups) ? groups : []).map((group) => changed(group, "weight", () => to[String(entryOf(group, "serviceName"))] ?? 0)),
    );
    return changed(weighted, "targetGroupStickinessConfig", (sticky) => changed(isJson(sticky) ? sticky : {}, "enabled", () => false));
  });
}

function allTo(backend: string, before: string): string {
  const action = parsed(before) ?? {};
  const known = groupsOf(action) ?? [];
  const [first = {}] = known;
  const present = known.some((group) => entryOf(group, "serviceName") === backend);
  const more = present
    ? []
    : [
        changed(
          changed(first, "serviceName", () => backend),
          "weight",
          () => 0,
        ),
      ];
  const grown = changed(action, "forwardConfig", (forward) =>
    changed(isJson(forward) ? forward : {}, "targetGroups", () => [...known, ...more]),
  );
  return JSON.stringify(withShares(grown, { [backend]: 100 }));
}

function weightOf(group: Json): number {
  return Number(entryOf(group, "weight") ?? 1);
}

/** Argo Rollouts writes capitalised keys, which the controller understands as well. */
function keyOf(json: Json, key: string): string {
  const capitalised = `${key[0]?.toUpperCase()}${key.slice(1)}`;
  return capitalised in json && !(key in json) ? capitalised : key;
}

function entryOf(json: Json, key: string): unknown {
  return json[keyOf(json, key)];
}

/** The same object with one value changed, under the spelling that is there; a new key takes the spelling of the others. */
function changed(json: Json, key: string, change: (value: unknown) => unknown): Json {
  const known = keyOf(json, key);
  const others = Object.keys(json);
  const capitals = others.length > 0 && others.every((other) => /^[A-Z]/.test(other));
  const name = known in json || !capitals ? known : `${key[0]?.toUpperCase()}${key.slice(1)}`;
  return { ...json, [name]: change(json[known]) };
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
