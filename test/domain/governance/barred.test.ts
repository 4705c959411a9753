import { describe, expect, it } from "vitest";
import { barredRule } from "../../../functions/domain/governance/barred-releases.ts";
import type { PlanTarget } from "../../../functions/domain/rollback-document.ts";
import { aPlanStep, aPlanTarget, BAD_DIGEST, GOOD_DIGEST } from "../../support/builders/index.ts";
import { bad, good, withParts } from "../support/release-plans.ts";
import { byHand, governed } from "./support.ts";

const live = withParts(bad, {});
const to = (target: Partial<PlanTarget>) => [aPlanStep({ target: aPlanTarget(target) })];
const quarantined = [{ key: GOOD_DIGEST, service: "checkout", by: "inc-earlier", at: "2026-11-19T00:00:00.000Z" }];
const facts = governed({ releases: [live, good], quarantine: quarantined });
const behind = governed({ releases: [{ ...live, irreversible: "drops a table" }, good] });
const planned = to({ releaseHash: good.hash, templateHash: good.parts.templateHash });

describe("a release that may not come back", () => {
  it.each([
    ["quarantine", facts],
    ["one-way", behind],
  ] as const)("is denied by rule %s, with its reason", (rule, night) => {
    expect(barredRule(rule, night, planned)).toMatchObject({ failing: "denied", check: { rule, outcome: "fail" } });
  });

  it.each([
    ["its hash, at its own risk", { to: good.hash, acceptRisk: true }],
    ["an image", { toImage: `demo/checkout@${GOOD_DIGEST}` }],
    ["the incident that is undone", { undoes: "inc-earlier" }],
  ])("comes back when a person names %s, and the check says so", (_name, request) => {
    for (const [rule, night] of [["quarantine", facts] as const, ["one-way", behind] as const]) {
      const { check } = barredRule(rule, { ...night, trigger: byHand(request) }, planned);

      expect(check.outcome).toBe("pass");
      expect(check.observed).toMatch(/; passed: a person named the target$/);
    }
  });

  it.each([
    ["names nothing", undefined],
    ["names a strategy alone", { strategy: "immediate" as const }],
    ["names the hash and not the risk", { to: good.hash }],
  ])("stays away when the person %s", (_name, request) => {
    expect(barredRule("quarantine", { ...facts, trigger: byHand(request) }, planned).check.outcome).toBe("fail");
  });

  it("is no matter where the plan goes to another", () => {
    const elsewhere = governed({ releases: [live, good], quarantine: [{ ...quarantined[0], key: BAD_DIGEST } as (typeof quarantined)[0]] });

    expect(barredRule("quarantine", elsewhere, planned).check).toMatchObject({ outcome: "pass", observed: "none" });
  });

  it("is not looked for without snapshots", () => {
    expect(barredRule("quarantine", governed(), planned).check.outcome).toBe("not-checked");
  });
});
