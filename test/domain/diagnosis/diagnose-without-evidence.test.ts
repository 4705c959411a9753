import { describe, expect, it } from "vitest";
import { diagnose } from "../../../functions/domain/diagnosis/diagnose.ts";
import type { Assessment } from "../../../functions/domain/rollback-document.ts";
import { aBlueprint, anAssessment, aPodGroup, aVerification, aWorkloadState, GOOD_HASH } from "../../support/builders/index.ts";

function diagnosed(assessment: Partial<Assessment>) {
  const evidence = { findings: [], partial: [], archiveKey: null };
  const verification = aVerification({ recovery: "recovered" });
  return diagnose({ assessment: anAssessment({ evidence, ...assessment }), verification, target: aBlueprint().target });
}

describe("the diagnosis without evidence", () => {
  it.each([
    ["OOMKilled", "out-of-memory"],
    ["ImagePullBackOff", "image"],
    ["CreateContainerConfigError", "missing-config"],
    ["CrashLoopBackOff", "crash-loop"],
    ["Unschedulable", "scheduling"],
    ["NotReady", "probe"],
  ])("rests on the pods' own reasons: %s is %s", (reason, expected) => {
    const workload = aWorkloadState({ pods: [aPodGroup({ failing: 3, ready: 0, reasons: [{ reason, pods: 3, message: "" }] })] });
    const result = diagnosed({ workload, podEvidence: "only-new" });

    expect(result.class).toBe(expected);
    expect(result.recommendations.length).toBeGreaterThan(0);
  });

  it("is drawn from pods of the suspected release alone, as long as most of the others are well", () => {
    const workload = aWorkloadState({
      pods: [aPodGroup(), aPodGroup({ templateHash: GOOD_HASH, failing: 1, reasons: [{ reason: "OOMKilled", pods: 1, message: "" }] })],
    });

    expect(diagnosed({ workload }).class).toBe("regression");
  });
});
