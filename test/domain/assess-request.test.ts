import { describe, expect, it } from "vitest";
import { type AssessmentFacts, assess } from "../../functions/domain/assess.ts";
import type { ManualWish } from "../../functions/domain/rollback-document.ts";
import {
  aBlueprint,
  aPodGroup,
  aReleaseObservation,
  aRollbackTrigger,
  aWorkloadState,
  BAD_HASH,
  BAD_REPLICA_SET,
  GOOD_HASH,
  MOMENTS,
} from "../support/builders/index.ts";
import { bad, good } from "./support/release-plans.ts";

const live = { hash: bad.hash, parts: bad.parts, irreversible: null };

function asked(request: ManualWish, more: Partial<AssessmentFacts> = {}) {
  return assess({
    trigger: aRollbackTrigger({ kind: "manual", alarmName: null, requestedBy: "ada@desk", request }),
    triggerName: null,
    blueprint: aBlueprint(),
    workload: aWorkloadState(),
    observations: [aReleaseObservation()],
    releases: [bad, good],
    live,
    alarms: [],
    onsetAt: null,
    signals: [],
    now: MOMENTS.openedAt,
    attempt: 1,
    ...more,
  });
}

describe("a request that names where to go", () => {
  it("is carried out, with the newest deploy as what is taken back", () => {
    const { decision, change, reasons } = asked({ to: good.hash });

    expect(decision).toBe("roll-back");
    expect(change).toMatchObject({ kind: "deploy", toHash: BAD_HASH, toRelease: bad.hash });
    expect(reasons[0]).toBe(`ada@desk asked for release ${good.hash}`);
  });

  it("is carried out where no change is known at all, and what is live gets no verdict by that", () => {
    const onlyOne = aWorkloadState({ replicaSets: aWorkloadState().replicaSets.filter(({ name }) => name === BAD_REPLICA_SET) });
    const { decision, change, reasons } = asked(
      { toImage: `demo/checkout@sha256:${"ab".repeat(32)}` },
      { workload: onlyOne, observations: [], releases: [], live: null },
    );

    expect(decision).toBe("roll-back");
    expect(change).toMatchObject({ kind: "deploy", fromHash: null, toHash: null, startedAt: MOMENTS.openedAt });
    expect(change?.toRelease).toBeUndefined();
    expect(reasons.join()).toContain("gets no verdict by that");
  });

  it("is carried out whichever pods fail", () => {
    const failing = (templateHash: string) => aPodGroup({ templateHash, total: 2, ready: 0, failing: 2 });
    const workload = aWorkloadState({ pods: [failing(BAD_HASH), failing(GOOD_HASH)] });

    expect(asked({ to: good.hash }, { workload }).decision).toBe("roll-back");
    expect(asked({}, { workload }).decision).toBe("escalate");
  });

  it("does not blame a good release that somebody leaves, nor the one that an undo leaves", () => {
    const left = asked({ to: good.hash }, { releases: [{ ...bad, verdict: "good" }, good] });
    const undone = asked({ to: good.hash, undoes: "inc-1", acceptRisk: true });

    expect([left.change?.toHash, undone.change?.toHash]).toEqual([null, null]);
    expect(undone.reasons[0]).toBe(`ada@desk asked to undo inc-1, which means release ${good.hash}`);
  });

  it("still waits for a person where the workload is paused or is not there", () => {
    expect(asked({ to: good.hash }, { workload: aWorkloadState({ paused: true }) }).decision).toBe("escalate");
    expect(asked({ to: good.hash }, { workload: null }).decision).toBe("escalate");
  });

  it("with a strategy alone is any other request", () => {
    expect(asked({ strategy: "fast" }).reasons.join()).not.toContain("asked for");
  });
});
