import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../../functions/adapters/aws/sha256-hex.ts";
import { outcomeOf } from "../../../functions/domain/conclusion/outcome.ts";
import { laneDocument } from "../../../functions/domain/group/lane-document.ts";
import { memberEnds } from "../../../functions/domain/group/member-ends.ts";
import { fittingPlan, mergePlans, type PlannedGroup } from "../../../functions/domain/group/merge-plan.ts";
import { mergeVerifications } from "../../../functions/domain/group/merge-verification.ts";
import type { Left } from "../../../functions/domain/lanes.ts";
import type { Plan, RollbackDocument, Verification } from "../../../functions/domain/rollback-document.ts";
import { anAssessment, anOpening, aPlan, aProgress, aRollbackInput, aVerification, MOMENTS } from "../../support/builders/index.ts";

const NAMES = ["api", "db", "web"];
const sha256 = sha256Hex;
const planOf = (overrides: Partial<Plan["governance"]> = {}, mode: Plan["mode"] = "act"): Plan => {
  const plan = aPlan({ mode });
  return { ...plan, governance: { ...plan.governance, ...overrides } };
};

function groupDocument(): RollbackDocument {
  const opening = anOpening({ group: { name: "shop", fence: 1, layers: [NAMES] } });
  const lanes = Object.fromEntries(NAMES.slice(1).map((name) => [name, anOpening()]));
  const assessment = anAssessment();
  const assessed = Object.fromEntries(NAMES.slice(1).map((name) => [name, assessment]));
  const input = aRollbackInput();
  return {
    ...{ ...input, trigger: { ...input.trigger, service: "api" } },
    opening: { ...opening, lanes },
    assessment: { ...assessment, lanes: assessed },
    plan: mergePlans(planned(new Map(NAMES.map((name) => [name, planOf()]))), sha256),
    progress: { ...aProgress(), lanes: Object.fromEntries(NAMES.map((name) => [name, aProgress()])), again: {} },
  };
}

function planned(plans: ReadonlyMap<string, Plan>, left: Readonly<Record<string, Left>> = {}): PlannedGroup {
  return { service: "api", group: { name: "shop", fence: 1, layers: [NAMES] }, plans, left };
}

describe("the look at a wave", () => {
  const end = fc.constantFrom<Verification["next"] | "failed" | "skipped">("recovered", "escalate", "observed", "failed", "skipped");

  it("is never a recovery when a member failed, and is one when all are restored (property)", () => {
    fc.assert(
      fc.property(fc.tuple(end, end, end), (ends) => {
        const slices = new Map<string, Verification>();
        const left: Record<string, Left> = {};
        for (const [index, name] of NAMES.entries()) {
          const next = ends[index] ?? "recovered";
          if (next === "failed" || next === "skipped") left[name] = { left: next, reason: "so it was" };
          else slices.set(name, aVerification({ next, recovery: next === "recovered" ? "recovered" : "undecided" }));
        }
        const document = groupDocument();

        const verification = mergeVerifications({ document, slices, left, again: {}, now: MOMENTS.recoveredAt });

        const outcome = outcomeOf({ ...document, verification });
        if (ends.some((next) => next === "failed" || next === "escalate")) expect(outcome).not.toBe("recovered");
        if (ends.every((next) => next === "recovered")) expect(outcome).toBe("recovered");
        const states = Object.values(memberEnds({ ...document, verification }) ?? {}).map(({ state }) => state);
        expect(states).toHaveLength(3);
        if (outcome === "recovered") expect(states).not.toContain("failed");
      }),
    );
  });

  it("goes on while one member is watched or has a step before it (property)", () => {
    const next = fc.constantFrom<Verification["next"]>("recovered", "keep-watching", "next-step", "next-target");
    fc.assert(
      fc.property(fc.tuple(next, next, next), (nexts) => {
        const slices = new Map(
          NAMES.map((name, index) => [name, aVerification({ next: nexts[index] ?? "recovered", nextStepId: "restore-strategy" })]),
        );

        const merged = mergeVerifications({ document: groupDocument(), slices, left: {}, again: {}, now: MOMENTS.recoveredAt });

        const due = nexts.some((one) => one === "next-step" || one === "next-target");
        const watched = nexts.includes("keep-watching");
        expect(merged.next).toBe(due ? "next-step" : watched ? "keep-watching" : "recovered");
      }),
    );
  });
});

describe("the plan of a group", () => {
  it("needs an approval when one member does, and names its rule", () => {
    const checks = [{ rule: "cooldown", outcome: "fail", observed: "2 m ago", limit: "30 m" }] as const;
    const plans = new Map([
      ["api", planOf()],
      ["db", planOf({ verdict: "needs-approval", rule: "cooldown", checks: [...checks] })],
    ]);

    const plan = mergePlans(planned(plans), sha256);

    expect(plan.governance).toMatchObject({ verdict: "needs-approval", rule: "cooldown", checks });
    expect(plan.waves).toEqual([["api", "db"]]);
  });

  it("does not ask for a member that only observes", () => {
    const plans = new Map([
      ["api", planOf()],
      ["db", planOf({ verdict: "needs-approval", rule: "cooldown" }, "observe")],
    ]);

    expect(mergePlans(planned(plans), sha256)).toMatchObject({ mode: "act", governance: { verdict: "allowed", rule: null } });
  });

  it("goes on without a member that a rule denies, which has failed", () => {
    const checks = [{ rule: "quarantine", outcome: "fail", observed: "v1 was bad", limit: "none" }] as const;
    const plans = new Map([
      ["api", planOf()],
      ["db", planOf({ verdict: "denied", rule: "quarantine", checks: [...checks] }, "none")],
    ]);

    const plan = mergePlans(planned(plans), sha256);

    expect(plan).toMatchObject({ mode: "act", waves: [["api"]] });
    expect(plan.lanes?.db).toEqual({ left: "failed", reason: "rule quarantine denies its rollback: v1 was bad" });
  });

  it("says that there is none when nobody is to be rolled back", () => {
    const plan = mergePlans(planned(new Map(), { api: { left: "skipped", reason: "no change" } }), sha256);

    expect(plan).toMatchObject({ mode: "none", steps: [], governance: { verdict: "denied", rule: "group" } });
  });

  it("is another one for an approval when any member's is", () => {
    const hashOf = (hash: string) =>
      mergePlans(
        planned(
          new Map([
            ["api", planOf({ planHash: "one" })],
            ["db", planOf({ planHash: hash })],
          ]),
        ),
        sha256,
      ).governance.planHash;

    expect(hashOf("two")).not.toBe(hashOf("three"));
  });

  it("leaves the last members to a person when it does not fit", () => {
    const plans = new Map(NAMES.map((name) => [name, planOf()]));
    const document = groupDocument();
    const size = JSON.stringify({ ...document, plan: mergePlans(planned(plans), sha256) }).length;

    const plan = fittingPlan(document, planned(plans), sha256, size - 100);

    expect(plan.waves).toEqual([["api", "db"]]);
    expect(plan.lanes?.web).toMatchObject({ left: "failed", reason: expect.stringContaining("larger than what a run can carry") });
  });
});

describe("the document of one member", () => {
  it("has no lanes, and the member's own service", () => {
    const lane = laneDocument(groupDocument(), "db");

    expect(JSON.stringify(lane)).not.toContain('"lanes"');
    expect(lane.trigger.service).toBe("db");
    expect(lane.plan?.waves).toBeUndefined();
  });

  it("has no slice that the member never came to", () => {
    const { verification } = laneDocument(groupDocument(), "api");

    expect(verification).toBeUndefined();
  });
});
