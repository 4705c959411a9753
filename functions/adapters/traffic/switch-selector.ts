import type { Service } from "kubernetes-types/core/v1.d.ts";
import type { ClusterAction } from "../../domain/cluster-action.ts";
import type { ActionModule } from "../kubernetes/action-module.ts";
import type { JsonPatchOperation } from "../kubernetes/kubernetes-client.ts";
import { pointerSegment, stampOperations, writeObject } from "../kubernetes/object-write.ts";
import { podsWith, whyNotEnough } from "./endpoints.ts";
import { confirmEndpoints, servicePath } from "./service-selector.ts";

type SwitchSelector = Extract<ClusterAction, { kind: "switch-selector" }>;
type Labels = Readonly<Record<string, string>>;

/** Blue-green: labels of a Service's selector, set and taken away in one patch of exactly the Service that was read. Other labels of the selector stay. */
export const switchSelector: ActionModule<SwitchSelector> = {
  apply(kubernetes, target, { service, selector, prior }, stamp) {
    const what = `Service ${target.namespace}/${service}`;
    return writeObject<Service>(kubernetes, target, stamp, {
      path: servicePath(target.namespace, service),
      what,
      decide(live) {
        const now = live.spec?.selector ?? {};
        if (has(now, selector, prior)) return { decision: "already-applied", reason: `${what} selects ${words(selector)} already` };
        if (!has(now, prior, selector))
          return { decision: "superseded", reason: `${what} selects ${words(now)}, not ${words(prior)}: somebody else has set it` };
        const patch: JsonPatchOperation[] = [
          { op: "test", path: "/metadata/resourceVersion", value: live.metadata?.resourceVersion },
          ...operations(selector, prior),
          ...stampOperations(live, stamp),
        ];
        return { decision: "write", reason: `${what}: ${words(prior)} -> ${words(selector)}`, patch };
      },
      before: (live) =>
        whyNotEnough(kubernetes, target, { from: {}, to: { [words(selector)]: 100 } }, async () => {
          return (await podsWith(kubernetes, target.namespace, after(live.spec?.selector ?? {}, selector, prior))).ready.length;
        }),
    });
  },

  async confirm(kubernetes, target, { service, selector, prior }) {
    const live = await kubernetes.get<Service>(servicePath(target.namespace, service));
    const now = live?.spec?.selector ?? {};
    if (!has(now, selector, prior)) return { verdict: "lost", reason: `Service ${service} selects ${words(now)}, not ${words(selector)}` };
    return confirmEndpoints(kubernetes, target, service);
  },
};

/** The labels of `wanted` are there, and those that only `other` has are not. */
function has(now: Labels, wanted: Labels, other: Labels): boolean {
  const absent = Object.keys(other).every((key) => key in wanted || !(key in now));
  return absent && Object.entries(wanted).every(([key, value]) => now[key] === value);
}

function operations(selector: Labels, prior: Labels): JsonPatchOperation[] {
  const at = (key: string) => `/spec/selector/${pointerSegment(key)}`;
  return [
    ...Object.entries(selector).map(([key, value]) => ({ op: "add", path: at(key), value }) as const),
    ...Object.keys(prior).flatMap((key) => (key in selector ? [] : [{ op: "remove", path: at(key) } as const])),
  ];
}

function after(now: Labels, selector: Labels, prior: Labels): Labels {
  const kept = Object.entries(now).filter(([key]) => !(key in prior));
  return { ...Object.fromEntries(kept), ...selector };
}

function words(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");
}
