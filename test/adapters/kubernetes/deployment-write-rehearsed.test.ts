import { expect, it } from "vitest";
import type { WorkloadWrite } from "../../../functions/domain/workload.ts";
import { BAD_IMAGE } from "../../support/builders/index.ts";
import { aCluster, apply, imageOf, restoreTemplate } from "./support/writes.ts";

const alone = { ...restoreTemplate, dryRun: "alone" } as WorkloadWrite;

it("K8S-29: a dry run alone is one PATCH of which nothing is told as an Event, and says what the server would do", async () => {
  const [taking, denying] = [aCluster(), aCluster()];
  taking.fates.push({ outcome: "stored", object: taking.deployment ?? {} } as never);
  denying.fates.push({ outcome: "denied", message: "not on Fridays" });

  const [taken, denied] = [await apply(taking, alone), await apply(denying, alone)];

  expect(taken).toMatchObject({ outcome: "already-applied", generation: 4, reason: "the API server would take the write (dry run)" });
  expect(denied).toMatchObject({ outcome: "refused", reason: expect.stringContaining("(dry run): not on Fridays") });
  for (const { calls } of [taking, denying]) expect(calls).toEqual(["GET deployments", "GET replicasets", "PATCH deployments"]);
  expect([taking, denying].map(imageOf)).toEqual([BAD_IMAGE, BAD_IMAGE]);
});
