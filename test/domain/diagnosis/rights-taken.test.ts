import { describe, expect, it } from "vitest";
import { assess } from "../../../functions/domain/assess.ts";
import { aFinding, aManualTrigger, aRefusal, aReleaseObservation, BAD_HASH, GOOD_HASH, MOMENTS } from "../../support/builders/index.ts";
import { facts, scaledDown } from "../support/assessment-facts.ts";

const RULE = '{apiGroups: [""], resources: ["configmaps"], verbs: ["list"]}';
const goodBefore = aReleaseObservation({ templateHash: BAD_HASH, liveSince: MOMENTS.changeAt, firstSeenAt: MOMENTS.changeAt });

describe("a permission that the workload lacks", () => {
  it("K8S-44: under a new image that asks for a verb is the image's doing: it is rolled back, and the rule is told", () => {
    const result = assess(facts({ findings: [aRefusal()] }));

    expect(result.decision).toBe("roll-back");
    expect(result.reasons.join("\n")).toContain(`rule to add: ${RULE}`);
  });

  it("K8S-44: that was taken from a release which was good with it escalates: no release brings it back", () => {
    const result = assess(facts({ findings: [aRefusal()], observations: [aReleaseObservation(), goodBefore] }));

    expect(result).toMatchObject({ decision: "escalate", change: { kind: "deploy" } });
    expect(result.reasons.at(-1)).toBe(
      `demo/checkout lacks ${RULE}, and this very release was good before: the rule was taken away since, so a rollback would not help`,
    );
  });

  it("K8S-44: that pods of both releases lack escalates, although no pod fails", () => {
    const result = assess(facts({ findings: [aRefusal(), aRefusal({ templateHash: GOOD_HASH })] }));

    expect(result).toMatchObject({ decision: "escalate", podEvidence: "none" });
    expect(result.reasons.at(-1)).toContain("pods of the earlier release are refused too");
  });

  it("K8S-44: without any change escalates, and says which rule is missing", () => {
    const result = assess(facts({ findings: [aRefusal()], blueprint: { ...facts().blueprint, suspicionWindowHours: 0 } }));

    expect(result).toMatchObject({ decision: "escalate", change: null });
    expect(result.reasons.join("\n")).toContain(RULE);
  });

  it("after a scale is not the scale's doing", () => {
    const at = MOMENTS.changeAt;
    const scaled = facts(scaledDown(at));
    const refused = facts({ ...scaledDown(at), findings: [aRefusal({ templateHash: GOOD_HASH })] });

    expect(assess(scaled)).toMatchObject({ decision: "roll-back", change: { kind: "scale" } });
    expect(assess(refused)).toMatchObject({ decision: "escalate", change: { kind: "scale" } });
  });

  it("does not stop a person who asks for the rollback", () => {
    const asked = facts({ trigger: aManualTrigger(), findings: [aRefusal()], observations: [aReleaseObservation(), goodBefore] });

    expect(assess(asked).decision).toBe("roll-back");
  });
});

describe("other findings", () => {
  it("are told in the reasons and leave the decision to the change", () => {
    const result = assess(facts({ findings: [aFinding()], observations: [aReleaseObservation(), goodBefore] }));

    expect(result.decision).toBe("roll-back");
    expect(result.reasons).toContain("found crash-loop (container app, 3 pods): Error: exit code 1, 3 restarts");
  });
});
