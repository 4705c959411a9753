import { describe, expect, it } from "vitest";
import { writeRules } from "../../functions/domain/rbac-steps.ts";
import type { Plan } from "../../functions/domain/rollback-document.ts";
import type { KubernetesObject } from "../../local/cluster/objects.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { taskHandlers } from "../support/machine/run-rollback.ts";
import { grantAccess } from "./support/grant-access.ts";
import type { ServiceScene } from "./support/service-scene.ts";
import { aService } from "./support/services.ts";

const GOOD = "demo/checkout:v1";
const BAD = "demo/checkout:v2-slow";

interface Autoscaler extends KubernetesObject {
  readonly spec: { readonly minReplicas?: number; readonly behavior?: { readonly scaleDown?: { readonly selectPolicy?: string } } };
}

/** Version that knows scale-down policies, newest first. */
async function autoscalers({ client, namespace }: ServiceScene): Promise<string> {
  const { versions } = await client.get<{ versions: { version: string }[] } & KubernetesObject>("/apis/autoscaling");
  const version = ["v2", "v2beta2"].find((one) => versions.some((served) => served.version === one));
  return `/apis/autoscaling/${version}/namespaces/${namespace}/horizontalpodautoscalers`;
}

/** Half the load on every pod: what a controller would do that may scale down. */
async function wantsFewer(service: ServiceScene, replicas: number): Promise<"scaled" | "kept"> {
  const { spec } = await service.client.get<Autoscaler>(`${await autoscalers(service)}/checkout`);
  if (spec.behavior?.scaleDown?.selectPolicy === "Disabled" || replicas < (spec.minReplicas ?? 1)) return "kept";
  await service.scale(replicas);
  return "scaled";
}

describe("gradual under an autoscaler", () => {
  it("K8S-36 keeps the old pods beside the new ones for the whole watch, and gives the autoscaler its own settings back", async () => {
    const service = await aService({ replicas: 4 });
    await service.client.post(await autoscalers(service), {
      apiVersion: (await autoscalers(service)).split("/").slice(2, 4).join("/"),
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "checkout", namespace: service.namespace },
      spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "checkout" }, minReplicas: 2, maxReplicas: 8 },
    });
    await grantAccess(service.client, service.namespace, "write", writeRules(service.blueprint.target, { kind: "hold-autoscaler" }));
    const before = await service.client.get<Autoscaler>(`${await autoscalers(service)}/checkout`);
    await service.observed();
    await service.deploy(BAD);
    await service.rolledOut();
    service.availability.mark();
    const { policy, triggers } = service.blueprint;
    const blueprint = {
      ...service.blueprint,
      triggers: triggers.map((trigger) => ({ ...trigger, severity: "medium" as const })),
      policy: { ...policy, clocks: { ...policy.clocks, gradualWatchSeconds: 5 } },
    };
    const ports = { blueprints: registryOf(blueprint) };
    const real = taskHandlers(service.ports(ports));
    const wishes: string[] = [];
    let plan: Plan | undefined;
    service.turnBad(() => service.runsOn(GOOD, 4));

    const result = await service.rollBack({
      ports,
      overrides: {
        SelectStrategy: async (document) => {
          plan = await real.SelectStrategy?.(document);
          return plan;
        },
        VerifyStep: async (document) => {
          if (document.progress.stepId === "pause-at-share-1") wishes.push(await wantsFewer(service, 2));
          return real.VerifyStep?.(document);
        },
      },
    });
    await service.rolledOut();

    expect(result.failure).toBeNull();
    expect(plan?.strategy).toBe("gradual");
    expect(wishes.length).toBeGreaterThanOrEqual(2);
    expect(new Set(wishes)).toEqual(new Set(["kept"]));
    expect(service.availability.minimum).toBeGreaterThanOrEqual(4);
    expect(await service.runsOn(GOOD, 4)).toBe(true);
    const after = await service.client.get<Autoscaler>(`${await autoscalers(service)}/checkout`);
    expect(after.spec).toEqual(before.spec);
    expect(await wantsFewer(service, 3)).toBe("scaled");
  }, 90_000);
});
