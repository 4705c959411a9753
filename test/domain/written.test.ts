import { describe, expect, it } from "vitest";
import { rollbackOf } from "../../functions/domain/conclusion/outcome.ts";
import { governanceWrites } from "../../functions/domain/governance-writes.ts";
import { memberClosings } from "../../functions/domain/group/member-ends.ts";
import type { Left } from "../../functions/domain/lanes.ts";
import type { Progress, RollbackDocument } from "../../functions/domain/rollback-document.ts";
import {
  anAssessment,
  anOpening,
  aPlan,
  aPlanStep,
  aProgress,
  aRollbackDocument,
  aVerification,
  MOMENTS,
} from "../support/builders/index.ts";

const NOW = MOMENTS.closedAt;
const hook = aPlanStep({ id: "hook-pre-ask", kind: "run-check", target: null, onPass: "restore-template-1", onFail: "end" });
const hooked = aPlan({ steps: [hook, ...aPlan().steps] });
const saidNo = aVerification({ stepId: hook.id, verdict: "fail", recovery: "undecided", next: "escalate" });
const saidYes = aVerification({
  ...{ stepId: hook.id, recovery: "undecided", next: "next-step", nextStepId: "restore-template-1" },
});
const atHook = aProgress({ stepId: hook.id });
const alone = (overrides: Partial<RollbackDocument>) => aRollbackDocument({ plan: hooked, progress: atHook, ...overrides });

describe("a hook before the rollback", () => {
  it.each([
    ["says no", { verification: saidNo }],
    ["is asked twice", { verification: saidNo, progress: aProgress({ stepId: hook.id, attempt: 2 }) }],
    ["cannot be looked at", { verification: undefined, failure: { Error: "TransientUpstreamError" } }],
    ["is followed by a step that is refused", { progress: aProgress({ stepIndex: 1, outcome: "refused" }), verification: saidYes }],
  ] as const)("is no rollback when it %s", (_what, overrides) => {
    expect(rollbackOf(alone(overrides))).toBe("not-begun");
    expect(governanceWrites(alone(overrides), NOW, null)).toEqual({ rollback: null, approved: false, freezes: [] });
  });

  it.each([
    ["is made", { progress: aProgress({ stepIndex: 1 }), verification: undefined }],
    ["breaks off", { verification: saidYes, failure: { Error: "States.Timeout" } }],
    ["is tried again", { progress: aProgress({ stepIndex: 1, outcome: "refused", attempt: 2 }), verification: saidYes }],
  ] as const)("is one when the write after it %s", (_what, overrides) => {
    expect(rollbackOf(alone(overrides))).toBe("unproven");
    expect(governanceWrites(alone(overrides), NOW, null)).toMatchObject({ rollback: { outcome: "failed" } });
  });
});

describe("a group whose run broke off", () => {
  const broke = { Error: "States.Timeout" };
  const group = (lanes: Readonly<Record<string, Progress | Left>> | undefined): RollbackDocument => {
    const base = aRollbackDocument();
    const names = ["checkout", "shipping"];
    const each = <Slice>(slice: Slice) => Object.fromEntries(names.slice(1).map((name) => [name, slice]));
    return {
      ...base,
      opening: { ...anOpening({ group: { name: "shop", fence: 1, layers: [["checkout"], ["shipping"]] } }), lanes: each(anOpening()) },
      assessment: { ...anAssessment(), lanes: each(anAssessment()) },
      plan: { ...aPlan(), lanes: { checkout: hooked, shipping: aPlan() }, waves: names.map((name) => [name]) },
      progress: lanes === undefined ? undefined : { ...atHook, lanes },
      verification: undefined,
      failure: broke,
    };
  };
  const closingOf = (document: RollbackDocument) => memberClosings(document, NOW).find(({ service }) => service === "shipping")?.governance;

  it("is no rollback of a member whose turn never came", () => {
    expect(closingOf(group({ checkout: atHook }))).toEqual({ rollback: null, approved: false, freezes: [] });
    expect(rollbackOf(group({ checkout: atHook }))).toBe("not-begun");
  });

  it.each([
    ["had written", { checkout: atHook, shipping: aProgress() }],
    ["failed by itself", { checkout: atHook, shipping: { left: "failed", reason: "PermissionError: refused" } }],
    ["was the one whose turn it was", { checkout: { left: "failed", reason: "PermissionError: refused" } }],
    ["may have been among the first", undefined],
  ] as const)("is a failed one of a member that %s", (_what, lanes) => {
    expect(closingOf(group(lanes))).toMatchObject({ rollback: { service: "shipping", outcome: "failed" } });
    expect(rollbackOf(group(lanes))).toBe("unproven");
  });
});
