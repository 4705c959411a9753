import { describe, expect, it } from "vitest";
import { countedFailures, openBreaker } from "../../../functions/domain/governance/breaker.ts";
import type { Breaker } from "../../../functions/domain/governance.ts";
import { aPastRollback, governanceFacts, secondsAfter } from "../../support/builders/index.ts";
import { checkOf, NOW, verdict, withGovernance } from "./support.ts";

const LIMITS = { failures: 3, windowSeconds: 86_400, openSeconds: 3600 };
const failed = (agoSeconds: readonly number[], closedAgo: number | null = null): Breaker => ({
  failures: agoSeconds.map((ago) => ({ incidentId: `inc-${ago}`, at: secondsAfter(NOW, -ago) })),
  closedAt: closedAgo === null ? null : secondsAfter(NOW, -closedAgo),
});
const open = (breaker: Breaker, limits = LIMITS) => openBreaker(breaker, limits, NOW);

describe("the breaker", () => {
  it("opens with the third failure within the window", () => {
    expect(open(failed([900, 600]))).toBeNull();
    expect(open(failed([900, 600, 300]))).toEqual({ since: secondsAfter(NOW, -300), until: secondsAfter(NOW, 3300) });
  });

  it("does not care in which order the failures were written", () => {
    expect(open(failed([300, 900, 600]))).toEqual(open(failed([900, 600, 300])));
  });

  it("stays closed where the failures are spread over more than the window", () => {
    expect(open(failed([90_000, 600, 300]))).toBeNull();
  });

  it("counts an incident once, however many of its services failed", () => {
    const [one] = failed([600]).failures;
    const group = { failures: [one, one, one].flatMap((failure) => failure ?? []), closedAt: null };

    expect(countedFailures(group)).toEqual([one]);
    expect(open(group)).toBeNull();
  });

  it("closes by itself, and the next failure within the window opens it again", () => {
    expect(open(failed([9000, 8000, 7000]))).toBeNull();
    expect(open(failed([9000, 8000, 7000, 10]))).toMatchObject({ since: secondsAfter(NOW, -10) });
  });

  it("stays open for its time also when a later failure alone is no longer one too many", () => {
    const limits = { ...LIMITS, windowSeconds: 60 };

    expect(open(failed([150, 140, 130, 10]), limits)).toMatchObject({ since: secondsAfter(NOW, -130) });
  });

  it("closes by a person, and failures before that count no more", () => {
    expect(open(failed([900, 600, 300], 200))).toBeNull();
    expect(open(failed([900, 600, 300, 100, 50], 200))).toBeNull();
    expect(open(failed([900, 600, 300, 100, 50, 10], 200))).toMatchObject({ since: secondsAfter(NOW, -10) });
  });

  it("is each service's own: a strict one asks where another goes on", () => {
    const governance = governanceFacts({ breaker: failed([600]) });
    const blueprint = withGovernance({ breaker: { ...LIMITS, failures: 1 } });

    expect(verdict({ governance }).verdict).toBe("allowed");
    expect(verdict({ governance, blueprint })).toMatchObject({ verdict: "needs-approval", rule: "breaker" });
  });

  it("says since when it is open, and until when", () => {
    const facts = governanceFacts({ breaker: failed([900, 600, 300]), rollbacks: [aPastRollback()] });

    expect(checkOf(verdict({ governance: facts }), "breaker")).toEqual({
      rule: "breaker",
      outcome: "fail",
      observed: `open since ${secondsAfter(NOW, -300)}`,
      limit: "fewer than 3 failed rollbacks of the deployment within 24 h 0 m",
      until: secondsAfter(NOW, 3300),
    });
  });
});
