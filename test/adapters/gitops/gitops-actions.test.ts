import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { clusterActions } from "../../../functions/adapters/cluster-actions.ts";
import { clusterGitops } from "../../../functions/adapters/gitops/cluster-gitops.ts";
import { HOLD_ANNOTATION } from "../../../functions/adapters/gitops/hold-note.ts";
import type { GitopsOwner, GitopsState } from "../../../functions/domain/gitops.ts";
import { GitopsStateSchema } from "../../../functions/domain/gitops.ts";
import { aBlueprint } from "../../support/builders/index.ts";
import { upstreamProblem } from "../../support/cluster/upstream-schemas.ts";
import { ObjectCluster } from "../kubernetes/support/object-cluster.ts";
import {
  APPLICATION_PATH,
  aHelmRelease,
  aKustomization,
  anApplication,
  aWorkload,
  GROUPS,
  HELM_RELEASE_PATH,
  KUSTOMIZATION_PATH,
  STAMP,
  TARGET,
  to,
  WORKLOAD_PATH,
} from "./support.ts";

const OWNERS: Readonly<Record<string, { owner: GitopsOwner; path: string; object: object; field: (spec: never) => unknown }>> = {
  Application: {
    owner: { kind: "argo-cd", ref: "checkout" },
    path: APPLICATION_PATH,
    object: anApplication(),
    field: (spec: { syncPolicy: { automated: unknown } }) => spec.syncPolicy.automated,
  },
  Kustomization: {
    owner: { kind: "flux", ref: "kustomize/flux-system/shop" },
    path: KUSTOMIZATION_PATH,
    object: aKustomization(),
    field: (spec: { suspend?: boolean }) => spec.suspend,
  },
  HelmRelease: {
    owner: { kind: "flux", ref: "helm/shop/checkout" },
    path: HELM_RELEASE_PATH,
    object: aHelmRelease(),
    field: (spec: { suspend?: boolean }) => spec.suspend,
  },
};

let cluster: ObjectCluster;

beforeEach(() => {
  cluster = new ObjectCluster().put(WORKLOAD_PATH, aWorkload());
  cluster.groups = GROUPS;
  for (const { path, object } of Object.values(OWNERS)) cluster.put(path, object);
});

const actions = () => clusterActions(to(cluster));
const stateOf = async (owner: GitopsOwner): Promise<GitopsState> =>
  GitopsStateSchema.parse(await clusterGitops(to(cluster)).state(aBlueprint({ target: TARGET }), owner));
const hold = async (gitops: GitopsState, stamp = STAMP) => actions().apply(TARGET, { kind: "hold-gitops", gitops }, stamp);
const resume = async (gitops: GitopsState) =>
  actions().apply(TARGET, { kind: "resume-gitops", gitops }, { ...STAMP, execution: "rg-resume", fence: 8 });

/** The object without what every write changes. */
const essence = (path: string) => {
  const { metadata, ...rest } = cluster.at<{ metadata: { annotations?: Record<string, string>; resourceVersion?: string } }>(path);
  const { annotations: _annotations, resourceVersion: _version, ...identity } = metadata;
  return { ...rest, metadata: identity };
};

describe.each(Object.entries(OWNERS))("a hold of %s (K8S-30)", (_kind, { owner, path, object, field }) => {
  it("changes one field, keeps the prior on the object, and is proven by reading it back", async () => {
    const before = essence(path);
    const gitops = await stateOf(owner);

    expect(await actions().confirm(TARGET, { kind: "hold-gitops", gitops }, STAMP)).toMatchObject({ verdict: "lost", held: false });
    expect(await hold(gitops)).toMatchObject({ outcome: "applied" });
    expect(await actions().confirm(TARGET, { kind: "hold-gitops", gitops }, STAMP)).toMatchObject({ verdict: "proven", held: true });

    const annotations = cluster.at<{ metadata: { annotations: Record<string, string> } }>(path).metadata.annotations;
    expect(annotations).toMatchObject({ "rollguard.dev/execution": "rg-checkout-1", "rollguard.dev/fence": "7" });
    expect(JSON.parse(annotations[HOLD_ANNOTATION] ?? "")).toMatchObject({ execution: "rg-checkout-1", prior: gitops.prior });
    expect(upstreamProblem(cluster.at(path))).toBeNull();
    expect(cluster.writes).toHaveLength(1);
    expect(cluster.writes[0]?.query).toBe("fieldManager=rollguard");
    const after = essence(path);
    expect({ ...after, spec: null }).toEqual({ ...before, spec: null });
  });

  it("is made once, however often it is asked for", async () => {
    const gitops = await stateOf(owner);

    const outcomes = [await hold(gitops), await hold(gitops), await hold(await stateOf(owner))].map(({ outcome }) => outcome);

    expect(outcomes).toEqual(["applied", "already-applied", "already-applied"]);
    expect(cluster.writes).toHaveLength(1);
  });

  it("and its resume leave the object as it was, to the last field", async () => {
    const before = essence(path);
    await hold(await stateOf(owner));

    const held = await stateOf(owner);
    const resumed = await resume(held);

    expect(held).toMatchObject({ held: true, heldBy: "rg-checkout-1" });
    expect(resumed).toMatchObject({ outcome: "applied" });
    expect(essence(path)).toEqual(before);
    expect(cluster.at<{ metadata: { annotations: object } }>(path).metadata.annotations).not.toHaveProperty(HOLD_ANNOTATION);
    expect(await actions().confirm(TARGET, { kind: "resume-gitops", gitops: held }, STAMP)).toMatchObject({
      verdict: "proven",
      held: false,
    });
    expect(await resume(held)).toMatchObject({ outcome: "already-applied" });
    expect(upstreamProblem(cluster.at(path))).toBeNull();
  });

  it("is known to be there when its answer was lost, and made again when it was not stored", async () => {
    const gitops = await stateOf(owner);
    cluster.fates.push("lost-before");
    await expect(hold(gitops)).rejects.toMatchObject({ name: "TransientUpstreamError" });

    cluster.fates.push("lost-after");

    expect(await hold(gitops)).toMatchObject({ outcome: "applied" });
    expect(cluster.writes).toHaveLength(1);
    expect(field(cluster.at<{ spec: never }>(path).spec)).not.toEqual(field((object as { spec: never }).spec));
  });

  it("meets a controller that writes the object all the time", async () => {
    let others = 0;
    cluster.meanwhile = () => {
      if (others++ < 3)
        cluster.change(path, (object: { status?: object }) => Object.assign(object, { status: { ...object.status, at: others } }));
    };

    expect(await hold(await stateOf(owner))).toMatchObject({ outcome: "applied" });
    expect(cluster.writes).toHaveLength(1);
  });
});

describe("a hold", () => {
  const owner: GitopsOwner = { kind: "argo-cd", ref: "checkout" };

  it("of an Argo CD that does not know `enabled` takes all of `automated` away, and a resume brings all of it back", async () => {
    const before = essence(APPLICATION_PATH);
    cluster.admit = (object) => {
      const automated = (object as { spec: { syncPolicy?: { automated?: Record<string, unknown> } } }).spec.syncPolicy?.automated;
      if (automated !== undefined) delete automated.enabled;
      return object;
    };

    expect(await hold(await stateOf(owner))).toMatchObject({ outcome: "applied" });
    expect(cluster.at<ReturnType<typeof anApplication>>(APPLICATION_PATH).spec.syncPolicy).toEqual({
      syncOptions: ["CreateNamespace=true"],
    });
    const held = await stateOf(owner);
    expect(held).toMatchObject({ held: true, prior: '{"selfHeal":true,"prune":true}' });

    await resume(held);
    expect(essence(APPLICATION_PATH)).toEqual(before);
  });

  it("is not proven while a sync that began before still runs", async () => {
    cluster.change(APPLICATION_PATH, (application: { status: object }) =>
      Object.assign(application.status, { operationState: { phase: "Running" } }),
    );
    const gitops = await stateOf(owner);
    await hold(gitops);

    expect(await actions().confirm(TARGET, { kind: "hold-gitops", gitops }, STAMP)).toMatchObject({ verdict: "not-yet", held: true });
  });

  it("that may not be made is refused with the rule, and nothing is written", async () => {
    const gitops = await stateOf(owner);
    cluster.forbidden = ["write "];

    const refused = await hold(gitops);

    expect(refused).toMatchObject({ outcome: "refused" });
    expect(refused.reason).toContain("add the rule");
    expect(cluster.writes).toEqual([]);
  });

  it("keeps as prior what it really replaces, also when that changes while it is made", async () => {
    const gitops = await stateOf(owner);
    cluster.meanwhile = () => {
      cluster.meanwhile = null;
      cluster.put(APPLICATION_PATH, anApplication({ prune: false }));
    };

    expect(await hold(gitops)).toMatchObject({ outcome: "applied" });
    expect(await stateOf(owner)).toMatchObject({ held: true, prior: '{"prune":false}' });
  });

  it("of a run that was overtaken is superseded by the fence on the workload", async () => {
    cluster.put(WORKLOAD_PATH, aWorkload(9));

    expect(await hold(await stateOf(owner))).toMatchObject({ outcome: "superseded" });
    expect(cluster.writes).toEqual([]);
  });

  it("that an older run left and somebody undid is noted anew, with what is there now", async () => {
    await hold(await stateOf(owner));
    cluster.change(APPLICATION_PATH, (application: ReturnType<typeof anApplication>) => {
      application.spec.syncPolicy.automated = { selfHeal: false };
    });

    await hold(await stateOf(owner), { execution: "rg-checkout-2", fence: 8 });

    expect(await stateOf(owner)).toMatchObject({ held: true, heldBy: "rg-checkout-2", prior: '{"selfHeal":false}' });
  });
});

describe("a resume", () => {
  const owner: GitopsOwner = { kind: "argo-cd", ref: "checkout" };

  it("does not touch an object that somebody else has taken over", async () => {
    await hold(await stateOf(owner));
    const held = await stateOf(owner);
    cluster.change(APPLICATION_PATH, (application: { metadata: { annotations: Record<string, string> } }) => {
      delete application.metadata.annotations[HOLD_ANNOTATION];
    });

    expect(await resume(held)).toMatchObject({ outcome: "superseded" });
    expect(cluster.writes).toHaveLength(1);
  });

  it("brings back whatever automation there was (a law)", async () => {
    const flag = fc.option(fc.boolean(), { nil: undefined });
    const automation = fc.record({ prune: flag, selfHeal: flag, allowEmpty: flag, enabled: fc.constantFrom(undefined, true) });
    await fc.assert(
      fc.asyncProperty(automation, fc.boolean(), async (automated, prunes) => {
        const wanted = JSON.parse(JSON.stringify(automated));
        cluster.admit = (object) => object;
        cluster.put(APPLICATION_PATH, anApplication(wanted));
        if (prunes) {
          delete wanted.enabled;
          cluster.put(APPLICATION_PATH, anApplication(wanted));
          cluster.admit = (object) => {
            delete (object as { spec: { syncPolicy?: { automated?: { enabled?: boolean } } } }).spec.syncPolicy?.automated?.enabled;
            return object;
          };
        }
        const before = essence(APPLICATION_PATH);

        await hold(await stateOf(owner));
        expect((await stateOf(owner)).held).toBe(true);
        await resume(await stateOf(owner));

        expect(essence(APPLICATION_PATH)).toEqual(before);
      }),
      { numRuns: 60 },
    );
  });
});

describe("watching for a drift", () => {
  const owner: GitopsOwner = { kind: "argo-cd", ref: "checkout" };
  const watch = (gitops: GitopsState | null) => ({
    kind: "watch-drift" as const,
    gitops,
    suspect: { templateHash: "bad", replicas: null },
    seconds: 10,
  });

  it("writes nothing", async () => {
    expect(await actions().apply(TARGET, watch(await stateOf(owner)), STAMP)).toMatchObject({ outcome: "already-applied" });
    expect(cluster.writes).toEqual([]);
  });

  it("tells whether an expected hold still stands", async () => {
    const gitops = await stateOf(owner);
    await hold(gitops);
    expect(await actions().confirm(TARGET, watch({ ...gitops, held: true }), STAMP)).toMatchObject({ verdict: "proven", held: true });

    cluster.put(APPLICATION_PATH, anApplication());

    expect(await actions().confirm(TARGET, watch({ ...gitops, held: true }), STAMP)).toMatchObject({
      verdict: "inconclusive",
      held: false,
    });
    expect(await actions().confirm(TARGET, watch(gitops), STAMP)).toMatchObject({ verdict: "proven", held: false });
    expect(await actions().confirm(TARGET, watch(null), STAMP)).toMatchObject({ verdict: "proven" });
  });

  it("goes on where the object may not be read: the workload tells", async () => {
    const gitops = await stateOf(owner);
    cluster.forbidden = ["applications"];

    expect(await actions().confirm(TARGET, watch(gitops), STAMP)).toMatchObject({ verdict: "proven", held: false });
  });
});
