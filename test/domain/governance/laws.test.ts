import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asks, denies, notChecked, type Ruled, verdictOf } from "../../../functions/domain/governance/ruled.ts";
import type { StrategyFacts } from "../../../functions/domain/plan/strategy-facts.ts";
import { aBlueprint, aPastRollback, governanceFacts, secondsAfter } from "../../support/builders/index.ts";
import { byHand, governed, NOW, verdict } from "./support.ts";

const PERMISSIVE = ["denied", "needs-approval", "allowed"] as const;
const rank = (of: { readonly verdict: (typeof PERMISSIVE)[number] }) => PERMISSIVE.indexOf(of.verdict);
const finding = { observed: "seen", limit: "allowed" };

const rule: fc.Arbitrary<Ruled> = fc
  .tuple(fc.constantFrom("a", "b", "c", "d"), fc.constantFrom("denies", "asks", "not-checked"), fc.boolean())
  .map(([name, kind, passes]) =>
    kind === "denies" ? denies(name, passes, finding) : kind === "asks" ? asks(name, passes, finding) : notChecked(name, "nobody", "any"),
  );
const rules = fc.array(rule, { maxLength: 8 });
const isFailing = ({ check }: Ruled) => check.outcome === "fail";

describe("the verdict", () => {
  it("is denied as soon as one rule denies, whatever else asks", () => {
    fc.assert(
      fc.property(rules, (some) => {
        const denied = some.some((one) => isFailing(one) && one.failing === "denied");
        const asked = some.some(isFailing);

        expect(verdictOf(some).verdict).toBe(denied ? "denied" : asked ? "needs-approval" : "allowed");
      }),
    );
  });

  it("does not depend on the order of the rules", () => {
    const shuffled = rules.chain((some) =>
      fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length, maxLength: some.length })),
    );
    fc.assert(
      fc.property(shuffled, ([some, other]) => {
        expect(verdictOf(other).verdict).toBe(verdictOf(some).verdict);
      }),
    );
  });

  it("names a rule that failed, and the first of those that count most", () => {
    fc.assert(
      fc.property(rules, (some) => {
        const { verdict: is, rule: named } = verdictOf(some);
        const decisive = some.find((one) => isFailing(one) && one.failing === is);

        expect(named).toBe(is === "allowed" ? null : decisive?.check.rule);
      }),
    );
  });

  it("never becomes more permissive by one more rule that fails", () => {
    const failing = fc.constantFrom(denies("x", false, finding), asks("x", false, finding));
    fc.assert(
      fc.property(rules, failing, fc.nat(8), (some, more, place) => {
        expect(rank(verdictOf(some.toSpliced(place, 0, more)))).toBeLessThanOrEqual(rank(verdictOf(some)));
      }),
    );
  });
});

const failedThrice = (agoSeconds: number) => ({
  failures: [2, 1, 0].map((n) => ({ incidentId: `inc-failed-${n}`, at: secondsAfter(NOW, -agoSeconds - n) })),
  closedAt: null,
});
const past = fc
  .record({
    rollbacks: fc.array(fc.tuple(fc.integer({ min: 60, max: 100_000 }), fc.constantFrom("open", "recovered", "failed")), { maxLength: 6 }),
    all: fc.integer({ min: 0, max: 60 }),
    openedAgo: fc.option(fc.integer({ min: 1, max: 8000 })),
  })
  .map(({ rollbacks, all, openedAgo }) =>
    governanceFacts({
      rollbacks: rollbacks
        .map(([ago, outcome], index) => aPastRollback({ incidentId: `inc-${index}`, at: secondsAfter(NOW, -ago), outcome }))
        .sort((a, b) => Date.parse(b.at) - Date.parse(a.at)),
      rollbacksOfAllInTheHour: all,
      breaker: openedAgo === null ? governanceFacts().breaker : failedThrice(openedAgo),
    }),
  );
const nights: fc.Arbitrary<Partial<StrategyFacts>> = fc.record({
  governance: past,
  switchState: fc.constantFrom("armed", "off"),
  blueprint: fc
    .record({ mode: fc.constantFrom("auto", "approve", "observe"), automatic: fc.boolean(), maxAttempts: fc.nat(3) })
    .map(({ mode, automatic, maxAttempts }) => {
      const base = aBlueprint({ mode });
      return { ...base, rollback: { ...base.rollback, automatic, maxAttempts } };
    }),
  servicesInIncident: fc.integer({ min: 1, max: 8 }),
});

/** Each makes a night worse, and nothing better. */
const WORSENED: Readonly<Record<string, (night: StrategyFacts) => StrategyFacts>> = {
  "the switch is turned off": (night) => ({ ...night, switchState: "off" }),
  "one more rollback has just failed": (night) => ({
    ...night,
    governance: governanceFacts({
      ...night.governance,
      rollbacks: [
        aPastRollback({ incidentId: "inc-just", at: secondsAfter(NOW, -1), outcome: "failed" }),
        ...(night.governance?.rollbacks ?? []),
      ],
    }),
  }),
  "the breaker opens": (night) => ({
    ...night,
    governance: governanceFacts({ ...night.governance, breaker: failedThrice(0) }),
  }),
  "others roll back too": (night) => ({ ...night, governance: governanceFacts({ ...night.governance, rollbacksOfAllInTheHour: 99 }) }),
  "more services go back": (night) => ({ ...night, servicesInIncident: (night.servicesInIncident ?? 1) + 5 }),
  "rollbacks are no more automatic": (night) => ({
    ...night,
    blueprint: { ...night.blueprint, rollback: { ...night.blueprint.rollback, automatic: false } },
  }),
  "no attempt is allowed": (night) => ({
    ...night,
    blueprint: { ...night.blueprint, rollback: { ...night.blueprint.rollback, maxAttempts: 0 } },
  }),
  "there is nowhere to go": (night) => ({ ...night, observations: [] }),
};

describe("a night", () => {
  it.each(Object.entries(WORSENED))("never becomes more permissive when %s", (_name, worsen) => {
    fc.assert(
      fc.property(nights, (night) => {
        expect(rank(verdict(worsen(governed(night))))).toBeLessThanOrEqual(rank(verdict(night)));
      }),
    );
  });

  it("is never less permissive when a person asks", () => {
    fc.assert(
      fc.property(nights, (night) => {
        expect(rank(verdict({ ...night, trigger: byHand() }))).toBeGreaterThanOrEqual(rank(verdict(night)));
      }),
    );
  });

  it("is never allowed with the switch off, whoever asks", () => {
    fc.assert(
      fc.property(nights, fc.constantFrom(undefined, { toImage: "x@sha256:1" }, { undoes: "inc-1" }), (night, request) => {
        expect(verdict({ ...night, switchState: "off", trigger: byHand(request) }).verdict).toBe("denied");
      }),
    );
  });
});
