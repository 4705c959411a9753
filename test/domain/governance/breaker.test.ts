import { describe, expect, it } from "vitest";
import { openUntil, withFailure } from "../../../functions/domain/governance/breaker.ts";
import { type Breaker, NO_GOVERNANCE } from "../../../functions/domain/governance.ts";
import { aPastRollback, governanceFacts, secondsAfter } from "../../support/builders/index.ts";
import { checkOf, NOW, verdict } from "./support.ts";

const LIMITS = { failures: 3, windowSeconds: 86_400 };
const CLOSED = NO_GOVERNANCE.breaker;
const failing = (breaker: Breaker, ...agoSeconds: number[]) =>
  agoSeconds.reduce(
    (so, ago, index) => withFailure(so, { incidentId: `inc-${ago}-${index}`, at: secondsAfter(NOW, -ago) }, LIMITS),
    breaker,
  );

describe("the breaker", () => {
  it("opens with the third failure within the window", () => {
    expect(openUntil(failing(CLOSED, 900, 600), 3600, NOW)).toBeNull();
    expect(openUntil(failing(CLOSED, 900, 600, 300), 3600, NOW)).toBe(secondsAfter(NOW, 3300));
  });

  it("stays closed where the failures are spread over more than the window", () => {
    expect(openUntil(failing(CLOSED, 90_000, 600, 300), 3600, NOW)).toBeNull();
  });

  it("counts an incident once, however often its end is written", () => {
    const once = withFailure(CLOSED, { incidentId: "inc-1", at: NOW }, { failures: 2, windowSeconds: 60 });

    expect(withFailure(once, { incidentId: "inc-1", at: NOW }, { failures: 2, windowSeconds: 60 })).toEqual(once);
  });

  it("closes by itself, and the next failure within the window opens it again", () => {
    const opened = failing(CLOSED, 9000, 8000, 7000);

    expect(openUntil(opened, 3600, NOW)).toBeNull();
    expect(openUntil(failing(opened, 10), 3600, NOW)).toBe(secondsAfter(NOW, 3590));
  });

  it("closes by a person, and failures before that count no more", () => {
    const closed = { ...failing(CLOSED, 900, 600, 300), closedAt: secondsAfter(NOW, -200) };

    expect(openUntil(closed, 3600, NOW)).toBeNull();
    expect(openUntil(failing(closed, 100, 50), 3600, NOW)).toBeNull();
    expect(openUntil(failing(closed, 100, 50, 10), 3600, NOW)).toBe(secondsAfter(NOW, 3590));
  });

  it("keeps as many failures as a blueprint can ask for, and no more", () => {
    const many = Array.from({ length: 150 }, (_, index) => index);

    expect(failing(CLOSED, ...many).failures).toHaveLength(100);
  });

  it("says since when it is open, and until when", () => {
    const breaker = failing(CLOSED, 900, 600, 300);
    const check = checkOf(verdict({ governance: governanceFacts({ breaker, rollbacks: [aPastRollback()] }) }), "breaker");

    expect(check).toEqual({
      rule: "breaker",
      outcome: "fail",
      observed: `open since ${secondsAfter(NOW, -300)}`,
      limit: "fewer than 3 failed rollbacks of the deployment within 24 h 0 m",
      until: secondsAfter(NOW, 3300),
    });
  });
});
