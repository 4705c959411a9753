import { expect, it } from "vitest";
import { controlEvent } from "../../functions/domain/incident-control.ts";
import type { Plan } from "../../functions/domain/rollback-document.ts";
import { InMemoryControls } from "../support/fakes/in-memory-controls.ts";
import { taskHandlers } from "../support/machine/run-rollback.ts";
import { aService } from "./support/services.ts";

it("a gradual rollback that a person aborts while it holds two versions leaves no pause and no strategy of ours behind", async () => {
  const service = await aService({ replicas: 4 });
  await service.observed();
  await service.deploy("demo/checkout:v2-slow");
  await service.rolledOut();
  const before = await service.live();
  const controls = new InMemoryControls(service.store);
  const ports = service.ports({ controls });
  const real = taskHandlers(ports);
  const input = service.input();
  const byHand = { kind: "manual", source: "cli", requestedBy: "ada@desk", request: { strategy: "gradual" } } as const;
  let pausedMeanwhile = false;

  const result = await service.rollBack({
    input: { ...input, trigger: { ...input.trigger, ...byHand } },
    ports: { controls },
    overrides: {
      SelectStrategy: async (document) => {
        const plan: Plan = await real.SelectStrategy?.(document);
        const steps = plan.steps.map((step) =>
          step.action?.kind === "pause-at-share" ? { ...step, bakeSeconds: 1, action: { ...step.action, seconds: 4 } } : step,
        );
        return { ...plan, steps };
      },
      VerifyStep: async (document) => {
        if (document.progress.stepId === "pause-at-share-1" && !pausedMeanwhile) {
          pausedMeanwhile = (await service.live()).spec.paused === true;
          const control = { state: "aborted", by: "ada@desk", reason: "the database is at fault", at: new Date().toISOString() } as const;
          await controls.set(input.incidentId, control, controlEvent("checkout", control));
        }
        return real.VerifyStep?.(document);
      },
    },
  });

  const after = await service.rolledOut();
  expect(pausedMeanwhile).toBe(true);
  expect(result.failure).toMatchObject({
    name: "escalated",
    cause: expect.stringContaining("aborted by ada@desk: the database is at fault"),
  });
  expect(after.spec.paused ?? false).toBe(false);
  expect(after.spec.strategy).toEqual(before.spec.strategy);
  for (const key of ["paused", "saved-strategy", "set-strategy"]) {
    expect(after.metadata.annotations).not.toHaveProperty([`rollguard.dev/${key}`]);
  }
});
