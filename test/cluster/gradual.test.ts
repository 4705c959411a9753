import { describe, expect, it } from "vitest";
import { clusterActions } from "../../functions/adapters/cluster-actions.ts";
import type { Plan } from "../../functions/domain/rollback-document.ts";
import { aTrigger } from "../support/builders/index.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { type TaskHandler, taskHandlers } from "../support/machine/run-rollback.ts";
import { eventually } from "./support/eventually.ts";
import type { ServiceScene } from "./support/service-scene.ts";
import { aService } from "./support/services.ts";

const GOOD = "demo/checkout:v1";
const BAD = "demo/checkout:v2-slow";
const WATCH_SECONDS = 5;

/** Four replicas of a release that is bad, but not badly enough to hurry. */
async function aMildlyBadRelease(): Promise<ServiceScene> {
  const service = await aService({ replicas: 4 });
  await service.observed();
  await service.deploy(BAD);
  await service.rolledOut();
  service.availability.mark();
  return service;
}

/** A second alarm of the service that is red from when it is said to be. */
function ports(service: ServiceScene, isWorse: () => boolean = () => false) {
  const triggers = service.blueprint.triggers.map((trigger) => ({ ...trigger, severity: "medium" as const }));
  const second = aTrigger({ name: "error-rate", alarmName: "rollguard-checkout-error-rate", periodSeconds: 1, severity: "medium" });
  const metrics = {
    series: service.signals.series.bind(service.signals),
    alarmsInAlarm: async () => [],
    alarms: async (names: readonly string[]) => {
      const readings = await service.signals.alarms(names);
      return readings.map((one) =>
        one.alarmName === second.alarmName ? { ...one, state: isWorse() ? ("ALARM" as const) : ("OK" as const) } : one,
      );
    },
  };
  return { metrics, blueprints: registryOf({ ...service.blueprint, triggers: [...triggers, second] }) };
}

/** The plan as it is, watched for seconds instead of ten minutes, and what the pods are at each look meanwhile. */
function quicker(
  service: ServiceScene,
  used: ReturnType<typeof ports>,
  looks: string[],
  seconds = WATCH_SECONDS,
): Record<string, TaskHandler> {
  const real = taskHandlers(service.ports(used));
  return {
    SelectStrategy: async (document) => {
      const plan: Plan = await real.SelectStrategy?.(document);
      const steps = plan.steps.map((step) =>
        step.action?.kind === "pause-at-share" ? { ...step, bakeSeconds: 1, action: { ...step.action, seconds } } : step,
      );
      return { ...plan, steps };
    },
    VerifyStep: async (document) => {
      const verification = await real.VerifyStep?.(document);
      if (document.progress.stepId === "pause-at-share-1") looks.push(await counted(service));
      return verification;
    },
  };
}

/** `3 v1, 4 v2-slow`: ready pods by release. */
async function counted(service: ServiceScene): Promise<string> {
  const look = await service.look();
  const ready = (tag: string) => look.filter((pod) => pod.endsWith(` ${tag} ready`)).length;
  return `${ready("v1")} v1, ${ready("v2-slow")} v2-slow`;
}

describe("gradual, on a plain Deployment", () => {
  it("K8S-36 halves the new version's share for the whole watch, then goes on towards the earlier release; nobody is missing", async () => {
    const service = await aMildlyBadRelease();
    const before = await service.live();
    const used = ports(service);
    const looks: string[] = [];
    service.turnBad(() => service.runsOn(GOOD, 4));

    const result = await service.rollBack({ ports: used, overrides: quicker(service, used, looks) });
    const after = await service.rolledOut();

    expect(result.failure).toBeNull();
    const held = looks.slice(looks.indexOf("3 v1, 4 v2-slow"));
    expect(held.length).toBeGreaterThanOrEqual(3);
    expect(new Set(held)).toEqual(new Set(["3 v1, 4 v2-slow"]));
    expect(service.availability.minimum).toBeGreaterThanOrEqual(4);
    expect(await service.image()).toBe(GOOD);
    expect(after.spec.strategy).toEqual(before.spec.strategy);
    expect(after.spec.paused ?? false).toBe(false);
    for (const key of ["paused", "saved-strategy", "set-strategy"]) {
      expect(after.metadata.annotations).not.toHaveProperty([`rollguard.dev/${key}`]);
    }
  }, 90_000);

  it("K8S-36 that gets worse meanwhile goes on at once, without waiting for the end of the watch", async () => {
    const service = await aMildlyBadRelease();
    const looks: string[] = [];
    const used = ports(service, () => looks.length >= 2);
    service.turnBad(() => service.runsOn(GOOD, 4));
    let resumedAfter = Number.POSITIVE_INFINITY;
    const startedAt = Date.now();
    const handlers = taskHandlers(service.ports(used));

    await service.rollBack({
      ports: used,
      overrides: {
        ...quicker(service, used, looks, 60),
        ExecuteStep: async (document) => {
          const progress = await handlers.ExecuteStep?.(document);
          if (progress.stepId === "resume-1") resumedAfter = (Date.now() - startedAt) / 1000;
          // what is proven here is when it goes on: the alarm that stays red would keep the run looking until its deadline
          return progress.stepId === "resume-1" ? { ...progress, deadlineAt: new Date(Date.now() + 3000).toISOString() } : progress;
        },
      },
    });

    expect(resumedAfter).toBeLessThan(30);
    await eventually("the earlier release is back", () => service.runsOn(GOOD, 4));
    expect(service.availability.minimum).toBeGreaterThanOrEqual(4);
  }, 90_000);

  it("K8S-36 goes forward again to the suspect release where a person asks for that: the same pods, never fewer", async () => {
    const service = await aMildlyBadRelease();
    const { target } = service.blueprint;
    const actions = clusterActions();
    const stamp = { execution: "rg-checkout-20261120T031200Z-0123456789ab", fence: 1 };
    const sets = await service.replicaSets();
    const named = (image: string) => {
      const found = sets.find(({ spec }) => spec.template.spec.containers[0]?.image === image);
      return { replicaSet: found?.metadata.name ?? "", templateHash: found?.metadata.labels?.["pod-template-hash"] ?? "" };
    };
    const pause = { kind: "pause-at-share" as const, ...named(GOOD), replicas: 3, seconds: 1 };

    await actions.apply(target, pause, stamp);
    await eventually("both versions run", async () => (await actions.confirm(target, pause, stamp)).verdict === "proven");
    const twice = await actions.apply(target, pause, stamp);
    const forward = await actions.apply(target, { kind: "resume", to: "suspect", ...named(BAD) }, stamp);
    await service.workload.apply(target, { kind: "restore-strategy", expect: { uid: (await service.live()).metadata.uid ?? "" }, stamp });
    const after = await service.rolledOut();

    expect(twice.outcome).toBe("already-applied");
    expect(forward.outcome).toBe("applied");
    expect(await counted(service)).toBe("0 v1, 4 v2-slow");
    expect(service.availability.minimum).toBeGreaterThanOrEqual(4);
    expect(after.metadata.annotations).not.toHaveProperty(["rollguard.dev/paused"]);
  });

  it("K8S-36 with as many old pods as are asked for is refused: the controller would take the new ones away", async () => {
    const service = await aMildlyBadRelease();
    const [good] = (await service.replicaSets()).filter(({ spec }) => spec.template.spec.containers[0]?.image === GOOD);
    const pause = {
      kind: "pause-at-share" as const,
      replicaSet: good?.metadata.name ?? "",
      templateHash: good?.metadata.labels?.["pod-template-hash"] ?? "",
      replicas: 4,
      seconds: 1,
    };

    const result = await clusterActions().apply(service.blueprint.target, pause, { execution: "rg-x", fence: 1 });

    expect(result).toMatchObject({ outcome: "refused", reason: expect.stringContaining("fewer are needed") });
    expect((await service.live()).spec.paused ?? false).toBe(false);
  });
});
