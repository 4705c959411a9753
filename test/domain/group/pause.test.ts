import { describe, expect, it } from "vitest";
import { mergeProgress } from "../../../functions/domain/group/merge-progress.ts";
import { mergeVerifications } from "../../../functions/domain/group/merge-verification.ts";
import type { Progress, RollbackDocument, Verification } from "../../../functions/domain/rollback-document.ts";
import { anOpening, aPlan, aProgress, aRollbackInput, aVerification, MOMENTS } from "../../support/builders/index.ts";

const now = MOMENTS.recoveredAt;
const nothing = { left: {}, again: {}, now };
const watched = aVerification({ next: "keep-watching", verdict: "inconclusive", recovery: "undecided" });

/** A wave of api, whose step was refused, and db, whose step bakes. */
function documentOf(progress: Readonly<Record<string, Partial<Progress>>>): RollbackDocument {
  const input = aRollbackInput();
  const document: RollbackDocument = {
    ...{ ...input, trigger: { ...input.trigger, service: "api" } },
    opening: { ...anOpening({ group: { name: "shop", fence: 1, layers: [["api", "db"]] } }), lanes: { db: anOpening() } },
    plan: { ...aPlan(), waves: [["api", "db"]], lanes: { api: aPlan(), db: aPlan() } },
  };
  const slices = new Map(Object.entries(progress).map(([service, overrides]) => [service, aProgress(overrides)]));
  return { ...document, progress: mergeProgress({ document, slices, ...nothing }) };
}

const lookedAt = (document: RollbackDocument, slices: Readonly<Record<string, Verification>>) =>
  mergeVerifications({ document, slices: new Map(Object.entries(slices)), ...nothing });

describe("the pause between two looks at a wave", () => {
  it("is as long as those ask who are still watched once the most impatient is through", () => {
    const document = documentOf({ api: { bakeSeconds: 0, outcome: "superseded" }, db: { bakeSeconds: 20 } });
    const verification = lookedAt(document, { api: aVerification({ next: "escalate", recovery: "undecided" }), db: watched });

    const progress = mergeProgress({ document: { ...document, verification }, slices: new Map(), ...nothing });

    expect(document.progress?.bakeSeconds).toBe(0);
    expect(verification).toMatchObject({ next: "next-step", nextStepId: document.progress?.stepId });
    expect(progress).toMatchObject({ bakeSeconds: 20, lanes: { db: { bakeSeconds: 20 } } });
    expect(lookedAt({ ...document, verification, progress }, { db: watched }).next).toBe("keep-watching");
  });

  it("is not asked for anew while the most impatient is still watched", () => {
    const document = documentOf({ api: { bakeSeconds: 2 }, db: { bakeSeconds: 20 } });

    expect(lookedAt(document, { api: watched, db: watched }).next).toBe("keep-watching");
  });

  it("is not without length for a member whose look met a fault that may pass", () => {
    const document = documentOf({ api: { bakeSeconds: 0, outcome: "refused" } });
    const again = { api: { times: 1, reason: "throttled" } };

    const verification = mergeVerifications({ document, slices: new Map(), left: {}, again, now });
    const progress = mergeProgress({ document: { ...document, verification }, slices: new Map(), ...nothing });

    expect(verification.next).toBe("next-step");
    expect(progress.bakeSeconds).toBeGreaterThan(0);
  });
});
