import { describe, expect, it } from "vitest";
import { restoredReplicaSet } from "../../functions/domain/plan-steps.ts";
import { aPlanStep, aPlanTarget } from "../support/builders/index.ts";

const target = (replicaSet: string) => aPlanTarget({ replicaSet });
const steps = [
  aPlanStep({ id: "restore-config-1", kind: "restore-config", target: target("one") }),
  aPlanStep({ id: "restore-template-1", target: target("one") }),
  aPlanStep({ id: "restore-scale-1", kind: "restore-scale", target: target("one") }),
  aPlanStep({ id: "restore-config-2", kind: "restore-config", target: target("two") }),
  aPlanStep({ id: "restore-template-2", target: target("two") }),
];

describe("the ReplicaSet that a run has restored", () => {
  it.each([
    ["nothing", undefined, undefined],
    ["the configuration before the first template", 0, undefined],
    ["the first template", 1, "one"],
    ["the scale after it", 2, "one"],
    ["the configuration of the next release: its template is not written yet", 3, "one"],
    ["the next template", 4, "two"],
  ] as const)("after %s", (_what, stepIndex, expected) => {
    expect(restoredReplicaSet({ steps }, stepIndex === undefined ? undefined : { stepIndex })).toBe(expected);
  });
});
