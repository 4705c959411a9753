import { expect, it } from "vitest";
import { GOOD_IMAGE } from "../../support/builders/index.ts";
import { aDeployment, aTemplate } from "./support/kubernetes-objects.ts";
import { aCluster, apply, patchesOf, restoreTemplate, stamp } from "./support/writes.ts";

it("K8S-36: a restored template ends a pause of this run in the same write, and no pause of anybody else's", async () => {
  const paused = (execution: string) =>
    aDeployment({
      metadata: { annotations: { "rollguard.dev/paused": execution, "rollguard.dev/execution": execution } },
      spec: { paused: true, template: aTemplate(GOOD_IMAGE) },
    });
  const [ours, others] = [aCluster(paused(stamp.execution)), aCluster(paused("rg-other"))];

  const result = await apply(ours, restoreTemplate);
  const again = await apply(ours, restoreTemplate);

  expect(result).toMatchObject({ outcome: "applied", reason: expect.stringContaining("the rollout that was paused goes on") });
  expect(again.outcome).toBe("already-applied");
  expect(ours.deployment?.spec?.paused ?? false).toBe(false);
  expect(ours.deployment?.metadata?.annotations).not.toHaveProperty(["rollguard.dev/paused"]);
  expect(await apply(others, restoreTemplate)).toMatchObject({ outcome: "refused", reason: expect.stringContaining("paused") });
  expect(patchesOf(others)).toBe(0);
});
