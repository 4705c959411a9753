import { describe, expect, it } from "vitest";
import { clusterActions } from "../../functions/adapters/cluster-actions.ts";
import { clusterGitops } from "../../functions/adapters/gitops/cluster-gitops.ts";
import { HOLD_ANNOTATION } from "../../functions/adapters/gitops/hold-note.ts";
import { eksConnections } from "../../functions/adapters/kubernetes/eks-connections.ts";
import { type GitopsObject, type GitopsOwner, GitopsStateSchema } from "../../functions/domain/gitops.ts";
import { ownerRules, writeRules } from "../../functions/domain/rbac-steps.ts";
import { aManualTrigger } from "../support/builders/index.ts";
import { type CrdName, customPath, installCrds } from "../support/cluster/crds/install-crds.ts";
import { upstreamProblem } from "../support/cluster/upstream-schemas.ts";
import { eventually } from "./support/eventually.ts";
import { type LiveApplication, ownByArgo, playArgo, said } from "./support/gitops-scene.ts";
import { grantAccess } from "./support/grant-access.ts";
import { aService, isImage } from "./support/services.ts";

describe("a bad release that Argo CD has applied, and would apply again", () => {
  it("K8S-30 is held, taken back and watched; a resume is refused until the source has moved, and then brings the settings back", async () => {
    const service = await aService();
    const application = await ownByArgo(service, { selfHeal: true, prune: true }, "all");
    await service.observed();
    await service.deploy("demo/checkout:v2-slow");
    await service.rolledOut();
    let wanted = "demo/checkout:v2-slow";
    const argo = playArgo(service, () => wanted);
    service.turnBad(isImage("demo/checkout:v1"));
    const live = () => service.client.get<LiveApplication>(application);
    const resume = (reason: string) => {
      const input = service.input();
      const trigger = aManualTrigger({ kind: "resume", service: "checkout", reason, at: input.trigger.at });
      return service.rollBack({ input: { ...input, trigger } });
    };

    const result = await service.rollBack();

    expect(result.failure).toBeNull();
    expect(await service.image()).toBe("demo/checkout:v1");
    expect(argo.syncs).toBe(0);
    expect((await live()).spec.syncPolicy).toEqual({
      automated: { selfHeal: true, prune: true, enabled: false },
      syncOptions: ["CreateNamespace=true"],
    });
    expect(upstreamProblem(await live())).toBeNull();
    expect(JSON.stringify(result.output)).toContain(
      `Application ${service.namespace}/checkout is held: commit demo/checkout:v1 to https://git.example/shop deploy/checkout@main, then run rollguard resume checkout`,
    );

    await said(service, "c0ffee2", "OutOfSync");
    expect((await resume("too early")).failure?.cause).toContain("still at revision c0ffee2");
    expect(argo.syncs).toBe(0);

    wanted = "demo/checkout:v1";
    await said(service, "c0ffee3", "Synced");
    expect((await resume("the revert is merged")).failure).toBeNull();
    argo.stop();

    expect((await live()).spec.syncPolicy).toEqual({ automated: { selfHeal: true, prune: true }, syncOptions: ["CreateNamespace=true"] });
    expect((await live()).metadata.annotations).not.toHaveProperty(HOLD_ANNOTATION);
    expect(await service.image()).toBe("demo/checkout:v1");
  }, 90_000);

  it("K8S-30 where the Application may not be read, is taken back all the same; a re-sync within 60 s is found and reported", async () => {
    const service = await aService();
    await ownByArgo(service, {}, "none");
    await service.observed();
    await service.deploy("demo/checkout:v2-slow");
    await service.rolledOut();
    service.turnBad(isImage("demo/checkout:v1"));
    const input = service.input();
    const resync = (async () => {
      await eventually("the restored release is watched", async () => {
        const incident = await service.store.read(input.incidentId);
        return incident?.events.some(({ data }) => data.stepId === "watch-drift") ?? false;
      });
      const at = Date.now();
      await service.deploy("demo/checkout:v2-slow");
      return at;
    })();

    const result = await service.rollBack({ input });

    expect(result.failure).toMatchObject({ name: "not-recovered" });
    expect(result.failure?.cause).toContain("GitOps reverted us: template");
    expect(result.failure?.cause).toContain("which was not held: commit demo/checkout:v1 at its source");
    expect(Date.now() - (await resync)).toBeLessThan(60_000);
    const plan = (await service.store.read(input.incidentId))?.meta.record?.plan;
    expect(plan?.reasons.join("\n")).toMatch(/is not held: .*applications.*argoproj\.io/);
  }, 90_000);

  it("K8S-30 in mode observe is left alone, and so is its Application", async () => {
    const service = await aService({ mode: "observe" });
    const application = await ownByArgo(service, { selfHeal: true }, "all");
    await service.observed();
    await service.deploy("demo/checkout:v2-slow");
    await service.rolledOut();
    service.turnBad(() => false);
    const before = await service.client.get<LiveApplication>(application);

    const result = await service.rollBack();

    expect(JSON.stringify(result.output)).toContain("would have rolled back to demo/checkout:v1");
    expect(await service.client.get<LiveApplication>(application)).toEqual(before);
  });
});

const FLUX: readonly {
  readonly kind: GitopsObject["kind"];
  readonly crd: CrdName;
  readonly apiVersion: string;
  readonly ref: string;
  readonly spec: object;
}[] = [
  {
    kind: "Kustomization",
    crd: "kustomizations",
    apiVersion: "kustomize.toolkit.fluxcd.io/v1",
    ref: "kustomize",
    spec: { interval: "30s", prune: true, path: "./deploy", sourceRef: { kind: "GitRepository", name: "shop" } },
  },
  {
    kind: "HelmRelease",
    crd: "helmreleases",
    apiVersion: "helm.toolkit.fluxcd.io/v2",
    ref: "helm",
    spec: {
      interval: "10m",
      chart: { spec: { chart: "checkout", sourceRef: { kind: "HelmRepository", name: "shop" } } },
      values: { image: { tag: "v2" } },
    },
  },
];

describe.each(FLUX)("a $kind of Flux", ({ kind, crd, apiVersion, ref, spec }) => {
  it("K8S-30 is suspended by one field and given back as it was", async () => {
    const service = await aService({ replicas: 1 });
    const { client, namespace, blueprint } = service;
    await installCrds(client, [crd]);
    const object: GitopsObject = { kind, namespace, name: "shop" };
    const path = customPath(crd, namespace, "shop");
    await client.post(customPath(crd, namespace), { apiVersion, kind, metadata: { name: "shop", namespace }, spec });
    await grantAccess(client, namespace, "read", ownerRules(object, ["get"]));
    await grantAccess(client, namespace, "write", writeRules(blueprint.target, { kind: "hold-gitops", object }));
    const owner: GitopsOwner = { kind: "flux", ref: `${ref}/${namespace}/shop` };
    const [actions, gitops] = [clusterActions(), clusterGitops(eksConnections())];
    const state = async () => GitopsStateSchema.parse(await gitops.state(blueprint, owner));
    const specNow = async () =>
      (await client.get<{ metadata: object; apiVersion: string; kind: string; spec: Record<string, unknown> }>(path)).spec;
    const before = await specNow();
    const stamp = { execution: "rg-flux", fence: 1 };

    const free = await state();
    const held = await actions.apply(blueprint.target, { kind: "hold-gitops", gitops: free }, stamp);

    expect(held).toMatchObject({ outcome: "applied" });
    expect(await specNow()).toEqual({ ...before, suspend: true });
    expect(upstreamProblem(await client.get(path))).toBeNull();
    expect(await actions.confirm(blueprint.target, { kind: "hold-gitops", gitops: free }, stamp)).toMatchObject({ verdict: "proven" });

    const known = await state();
    expect(known).toMatchObject({ held: true, heldBy: "rg-flux", prior: "null" });
    const resumed = await actions.apply(blueprint.target, { kind: "resume-gitops", gitops: known }, stamp);

    expect(resumed).toMatchObject({ outcome: "applied" });
    expect(await specNow()).toEqual(before);
  });
});
