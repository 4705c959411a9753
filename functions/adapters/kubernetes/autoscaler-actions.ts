import * as z from "zod/mini";
import type { Target } from "../../domain/blueprint.ts";
import type { ClusterAction } from "../../domain/cluster-action.ts";
import type { AutoscalerState } from "../../domain/plan/surroundings.ts";
import type { ActionModule } from "./action-module.ts";
import type { JsonPatchOperation, KubernetesClient } from "./kubernetes-client.ts";
import { type LiveObject, result, stampOperations, writeObject } from "./object-write.ts";
import { deepEqual } from "./template-equality.ts";

/** Versions that know `behavior`, best first. */
const VERSIONS = ["v2", "v2beta2"] as const;

interface Behavior {
  readonly scaleDown?: { readonly selectPolicy?: string };
}

/** `HorizontalPodAutoscaler` of autoscaling/v2 and v2beta2, as far as it is used. */
interface Autoscaler extends LiveObject {
  readonly spec?: { readonly minReplicas?: number; readonly maxReplicas?: number; readonly behavior?: Behavior };
}

const PriorSchema = z.strictObject({ minReplicas: z.nullable(z.number()), behavior: z.nullable(z.record(z.string(), z.unknown())) });
type Prior = z.infer<typeof PriorSchema>;

/** What a hold changes, as JSON: the `prior` of a plan step. */
export function autoscalerPrior({ spec }: { readonly spec?: { readonly minReplicas?: number; readonly behavior?: object } }): string {
  return JSON.stringify({ minReplicas: spec?.minReplicas ?? null, behavior: spec?.behavior ?? null });
}

/** What a plan must know of an autoscaler to hold it, or why it cannot be. */
export async function autoscalerState(
  kubernetes: KubernetesClient,
  target: Target,
  hpa: string,
): Promise<AutoscalerState | { readonly problem: string }> {
  const path = await pathOf(kubernetes, target, hpa);
  if (path === null) return { problem: "the cluster serves no autoscaling API that knows scale-down policies" };
  const live = await kubernetes.get<Autoscaler>(path);
  if (live === null) return { problem: `HorizontalPodAutoscaler ${hpa} does not exist` };
  return { hpa, maxReplicas: live.spec?.maxReplicas ?? 0, prior: autoscalerPrior(live) };
}

/** An autoscaler that takes no pod away: scaling down disabled, and a higher minimum. Only over the settings that were planned from. */
export const holdAutoscaler: ActionModule<Extract<ClusterAction, { kind: "hold-autoscaler" }>> = {
  async apply(kubernetes, target, { hpa, minReplicas, prior: text }, stamp) {
    const path = await pathOf(kubernetes, target, hpa);
    if (path === null) return result("refused", "the cluster serves no autoscaling API that knows scale-down policies");
    const what = `HorizontalPodAutoscaler ${target.namespace}/${hpa}`;
    const prior = PriorSchema.parse(JSON.parse(text));
    return writeObject<Autoscaler>(kubernetes, target, stamp, {
      path,
      what,
      decide(live) {
        const { minReplicas: min = 1, maxReplicas: max = 0, behavior } = live.spec ?? {};
        if (isHeld(live) && min >= minReplicas) return { decision: "already-applied", reason: `${what} is held at ${min} or more already` };
        if (!isPrior(live, prior)) return { decision: "superseded", reason: `${what} was changed since it was planned` };
        if (minReplicas > max) return { decision: "refused", reason: `${what} allows ${max} replicas at most, ${minReplicas} are wanted` };
        const scaleDown = { ...behavior?.scaleDown, selectPolicy: "Disabled" };
        return {
          decision: "write",
          reason: `${what}: no scaling down, at least ${minReplicas}`,
          patch: [
            ...guards(live),
            { op: "add", path: "/spec/minReplicas", value: Math.max(min, minReplicas) },
            { op: "add", path: "/spec/behavior", value: { ...behavior, scaleDown } },
            ...stampOperations(live, stamp),
          ],
        };
      },
    });
  },

  async confirm(kubernetes, target, { hpa, minReplicas }) {
    const live = await read(kubernetes, target, hpa);
    if (live === null) return { verdict: "lost", reason: `HorizontalPodAutoscaler ${hpa} does not exist` };
    const held = isHeld(live) && (live.spec?.minReplicas ?? 1) >= minReplicas;
    return { verdict: held ? "proven" : "lost", reason: `HorizontalPodAutoscaler ${hpa} is ${held ? "held" : "not held any more"}` };
  },
};

/** The settings from before a hold back, exactly; not over somebody else's. */
export const releaseAutoscaler: ActionModule<Extract<ClusterAction, { kind: "release-autoscaler" }>> = {
  async apply(kubernetes, target, { hpa, prior: text }, stamp) {
    const path = await pathOf(kubernetes, target, hpa);
    if (path === null) return result("refused", "the cluster serves no autoscaling API that knows scale-down policies");
    const what = `HorizontalPodAutoscaler ${target.namespace}/${hpa}`;
    const prior = PriorSchema.parse(JSON.parse(text));
    return writeObject<Autoscaler>(kubernetes, target, stamp, {
      path,
      what,
      decide(live) {
        if (isPrior(live, prior)) return { decision: "already-applied", reason: `${what} has its own settings already` };
        if (!isHeld(live))
          return { decision: "superseded", reason: `${what} is not held any more, and has other settings than before: they stay` };
        return {
          decision: "write",
          reason: `${what}: ${text} is back`,
          patch: [
            ...guards(live),
            ...back("minReplicas", prior.minReplicas),
            ...back("behavior", prior.behavior),
            ...stampOperations(live, stamp),
          ],
        };
      },
    });
  },

  async confirm(kubernetes, target, { hpa, prior }) {
    const live = await read(kubernetes, target, hpa);
    if (live === null) return { verdict: "lost", reason: `HorizontalPodAutoscaler ${hpa} does not exist` };
    const same = isPrior(live, PriorSchema.parse(JSON.parse(prior)));
    return {
      verdict: same ? "proven" : "lost",
      reason: `HorizontalPodAutoscaler ${hpa} has ${same ? "" : "not "}its settings from before`,
    };
  },
};

/** Not its resourceVersion: the controller writes the status of a busy one every 15 s. */
function guards({ metadata, spec }: Autoscaler): JsonPatchOperation[] {
  return [
    { op: "test", path: "/metadata/uid", value: metadata?.uid },
    ...(spec?.minReplicas === undefined ? [] : [{ op: "test", path: "/spec/minReplicas", value: spec.minReplicas } as const]),
    ...(spec?.behavior === undefined ? [] : [{ op: "test", path: "/spec/behavior", value: spec.behavior } as const]),
  ];
}

function back(field: string, value: unknown): JsonPatchOperation[] {
  return [value === null ? { op: "remove", path: `/spec/${field}` } : { op: "add", path: `/spec/${field}`, value }];
}

function isHeld({ spec }: Autoscaler): boolean {
  return spec?.behavior?.scaleDown?.selectPolicy === "Disabled";
}

/** A server fills an absent minimum with 1. */
function isPrior({ spec }: Autoscaler, prior: Prior): boolean {
  return (spec?.minReplicas ?? 1) === (prior.minReplicas ?? 1) && deepEqual(spec?.behavior, prior.behavior);
}

async function read(kubernetes: KubernetesClient, target: Target, hpa: string): Promise<Autoscaler | null> {
  const path = await pathOf(kubernetes, target, hpa);
  return path === null ? null : kubernetes.get<Autoscaler>(path);
}

async function pathOf(kubernetes: KubernetesClient, { namespace }: Target, name: string): Promise<string | null> {
  const served = await kubernetes.served("autoscaling");
  const version = VERSIONS.find((one) => served.includes(one));
  if (version === undefined) return null;
  return `/apis/autoscaling/${version}/namespaces/${encodeURIComponent(namespace)}/horizontalpodautoscalers/${encodeURIComponent(name)}`;
}
