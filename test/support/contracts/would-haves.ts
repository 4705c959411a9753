import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { wouldHaveOf } from "../../../functions/domain/would-have.ts";
import type { WouldHaves } from "../../../functions/ports/would-haves.ts";
import { aReleaseObservation, aRollbackTrigger, aTrigger, MOMENTS, secondsAfter } from "../builders/index.ts";

const held = { cause: "observe", because: "its mode is observe" } as const;

/** What every store of would-have records keeps to. */
export function describeWouldHaves(name: string, underTest: () => WouldHaves): void {
  describe(`${name}: what would have been done`, () => {
    const aRecord = (service: string, seconds = 0, trigger = "latency-p95") =>
      wouldHaveOf({
        request: aRollbackTrigger({ service, at: secondsAfter(MOMENTS.alarmAt, seconds) }),
        fired: aTrigger({ name: trigger }),
        ...{ held, strategies: {}, history: { observations: [aReleaseObservation()] } },
      });
    const aService = () => `svc-${randomUUID().slice(0, 8)}`;

    it("keeps the first record of a transition", async () => {
      const service = aService();
      const first = aRecord(service);

      expect(await underTest().record(first)).toBe("recorded");
      expect(await underTest().record({ ...first, reason: "told otherwise" })).toBe("already-recorded");
      expect(await underTest().of(first)).toEqual(first);
      expect(await underTest().of({ ...first, at: MOMENTS.changeAt })).toBeNull();
    });

    it("is recorded once of ten at once", async () => {
      const record = aRecord(aService());

      const outcomes = await Promise.all(Array.from({ length: 10 }, () => underTest().record(record)));

      expect(outcomes.filter((outcome) => outcome === "recorded")).toHaveLength(1);
    });

    it("keeps the first arrival of a finding while one release is live, and one for the next release", async () => {
      const service = aService();
      const arrived = (seconds: number, live = { templateHash: "t1", since: String(MOMENTS.changeAt) }) => ({
        ...{ ...aRecord(service, seconds, "inspector:f"), firstSeenAt: "2023-01-19T22:46:15.000Z", live },
      });

      const outcomes = [];
      for (const record of [arrived(0), arrived(60), arrived(120, { templateHash: "t2", since: MOMENTS.alarmAt }), arrived(180)])
        outcomes.push(await underTest().record(record));

      expect(outcomes).toEqual(["recorded", "already-recorded", "recorded", "already-recorded"]);
      expect((await underTest().list(service, 10)).map(({ at }) => at)).toEqual([secondsAfter(MOMENTS.alarmAt, 120), MOMENTS.alarmAt]);
    });

    it("lists those of a service, the newest first, no more than were asked for", async () => {
      const service = aService();
      const records = [aRecord(service), aRecord(service, 60), aRecord(service, 120), aRecord(service, 120, "error-rate")];
      for (const record of records) await underTest().record(record);
      await underTest().record(aRecord(aService(), 180));

      const listed = await underTest().list(service, 3);

      expect(listed.map(({ at, trigger }) => [at, trigger])).toEqual([
        [secondsAfter(MOMENTS.alarmAt, 120), "latency-p95"],
        [secondsAfter(MOMENTS.alarmAt, 120), "error-rate"],
        [secondsAfter(MOMENTS.alarmAt, 60), "latency-p95"],
      ]);
      expect(await underTest().list(aService(), 3)).toEqual([]);
    });

    it("lists those of all services, the newest first", async () => {
      const [one, other] = [aRecord(aService(), 300_000), aRecord(aService(), 300_060)];
      await underTest().record(one);
      await underTest().record(other);

      expect(await underTest().list(null, 2)).toEqual([other, one]);
    });
  });
}
