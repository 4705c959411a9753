import { describe, expect, it } from "vitest";
import { verify } from "../../functions/domain/verify.ts";
import { aBlueprint, aTrigger } from "../support/builders/index.ts";
import { lookAt, phaseBlueprint, WATCH } from "./support/phase-facts.ts";
import { at, facts, good } from "./support/verification-facts.ts";

const slow = [{ signal: "latency_p95", value: 280 }, ...good.slice(1)];
/** Its latency is measured once a minute. */
const everyMinute = [aTrigger({ periodSeconds: 60 })];
const blueprint = aBlueprint({ triggers: everyMinute });

describe("the same bad value seen by two looks", () => {
  it("is one failure of a restored release, until its period has passed", () => {
    const first = verify(facts({ blueprint, readings: slow }));
    const again = verify(facts({ blueprint, readings: slow, previous: first, now: at(65) }));
    const later = verify(facts({ blueprint, readings: slow, previous: again, now: at(119) }));
    const second = verify(facts({ blueprint, readings: slow, previous: later, now: at(120) }));

    expect(first).toMatchObject({ verdict: "fail", next: "keep-watching", consecutiveFailures: 1, failedAt: at(60) });
    for (const look of [again, later])
      expect(look).toMatchObject({ verdict: "inconclusive", next: "keep-watching", consecutiveFailures: 1, failedAt: at(60) });
    expect(second).toMatchObject({ verdict: "fail", next: "next-step", consecutiveFailures: 2, recovery: "not-recovered" });
  });

  it("is one failure of a phase", () => {
    const scene = { blueprint: { ...phaseBlueprint(), triggers: everyMinute }, readings: slow };
    const first = verify(lookAt(WATCH, 10, scene));
    const again = verify(lookAt(WATCH, 15, { ...scene, previous: first }));

    expect(again).toMatchObject({ verdict: "inconclusive", next: "keep-watching", consecutiveFailures: 1, recovery: "recovered" });
    expect(verify(lookAt(WATCH, 70, { ...scene, previous: again }))).toMatchObject({ verdict: "fail", nextStepId: "restore-template-2" });
  });

  it("counts at the deadline, however long its period is", () => {
    const hourly = aBlueprint({ triggers: [aTrigger({ periodSeconds: 3600 })] });
    const first = verify(facts({ blueprint: hourly, readings: slow, now: at(690) }));

    expect(verify(facts({ blueprint: hourly, readings: slow, previous: first, now: at(700) }))).toMatchObject({
      verdict: "fail",
      recovery: "not-recovered",
    });
  });

  it("does not make a probe that fails wait for longer than a pause between two looks", () => {
    const database = {
      type: "db_connection",
      name: "database",
      host: "db",
      port: 5432,
      timeoutSeconds: 1,
      critical: true,
      rollbackTrigger: false,
    } as const;
    const verification = { ...blueprint.verification, checks: [...blueprint.verification.checks, database] };
    const probes = [{ check: "database", reading: { kind: "failed" as const, reason: "connection refused" } }];
    const scene = { blueprint: { ...blueprint, verification }, readings: slow, probes };
    const first = verify(facts(scene));

    expect(verify(facts({ ...scene, previous: first, now: at(64) }))).toMatchObject({ consecutiveFailures: 1, next: "keep-watching" });
    expect(verify(facts({ ...scene, previous: first, now: at(65) }))).toMatchObject({ consecutiveFailures: 2, recovery: "not-recovered" });
  });

  it("is forgotten after a look that has not failed", () => {
    const first = verify(facts({ blueprint, readings: slow }));
    const open = verify(facts({ blueprint, readings: [{ signal: "latency_p95", value: null }], previous: first, now: at(65) }));

    expect(open).toMatchObject({ consecutiveFailures: 0 });
    expect(open.failedAt).toBeUndefined();
  });
});
