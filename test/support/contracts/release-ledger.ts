import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ReleaseObservation, ScaleObservation } from "../../../functions/domain/release-observation.ts";
import { anEvent, anIncidentMeta } from "../builders/incident.ts";
import { aReleaseObservation, aScaleObservation } from "../builders/workload.ts";
import type { StoreUnderTest } from "./store-scene.ts";

/** What every ReleaseLedger must do. Services are named anew in each test, so that the suite can share one table with others. */
export function describeReleaseLedger(name: string, storeUnderTest: () => StoreUnderTest): void {
  const setUp = () => {
    const service = `svc-${randomUUID().slice(0, 8)}`;
    const release = (overrides: Partial<ReleaseObservation> = {}) =>
      aReleaseObservation({ service, verdict: "candidate", verdictBy: null, ...overrides });
    const markBad = async (templateHash: string, replicas: number | null) => {
      const id = `inc-${randomUUID()}`;
      await store.close(anIncidentMeta({ service, id }), anEvent(), [{ templateHash, verdict: "bad", replicas }]);
      return id;
    };
    const { store, ledger } = storeUnderTest();
    return { ledger, service, release, markBad };
  };
  const scale = (overrides: Partial<ScaleObservation> = {}) => aScaleObservation({ verdict: "candidate", ...overrides });

  describe(`${name}: ledger`, () => {
    it("has no observations of a service it does not know", async () => {
      const { ledger, service } = setUp();

      expect(await ledger.observations(service)).toEqual([]);
    });

    it("gives observations back as they were saved, most recently live first", async () => {
      const { ledger, service, release } = setUp();
      const older = release({ templateHash: "older", liveSince: "2026-11-18T00:00:00.000Z" });
      const newer = release({
        templateHash: "newer",
        liveSince: "2026-11-19T00:00:00.000Z",
        scales: [
          scale({ replicas: 12, since: "2026-11-19T00:00:00.000Z", healthySince: null }),
          scale({ replicas: 3, since: "2026-11-19T08:00:00.000Z", verdict: "good" }),
        ],
      });

      await ledger.save(older, null);
      await ledger.save(newer, null);

      expect(await ledger.observations(service)).toEqual([newer, older]);
    });

    it("replaces an observation", async () => {
      const { ledger, service, release } = setUp();
      const first = release({ scales: [scale()] });
      const second = release({
        lastSeenAt: "2026-11-20T09:00:00.000Z",
        verdict: "good",
        verdictBy: "observe-releases",
        scales: [scale({ replicas: 5 })],
      });
      await ledger.save(first, null);

      await ledger.save(second, first);

      expect(await ledger.observations(service)).toEqual([second]);
    });

    it("keeps a bad verdict that was given between read and save", async () => {
      const { ledger, service, release, markBad } = setUp();
      const read = release({ templateHash: "h1" });
      await ledger.save(read, null);
      const by = await markBad("h1", null);

      await ledger.save({ ...read, verdict: "good", verdictBy: "observe-releases" }, read);

      expect(await ledger.observations(service)).toMatchObject([{ verdict: "bad", verdictBy: by }]);
    });

    it("keeps a bad verdict on a release it had not seen when it looked", async () => {
      const { ledger, service, release, markBad } = setUp();
      await markBad("h1", null);

      await ledger.save(release({ templateHash: "h1" }), null);

      expect(await ledger.observations(service)).toMatchObject([{ verdict: "bad" }]);
    });

    it("keeps a bad verdict on a replica count that was given between read and save", async () => {
      const { ledger, service, release, markBad } = setUp();
      const read = release({ templateHash: "h1", scales: [scale({ replicas: 2 })] });
      await ledger.save(read, null);
      await markBad("h1", 2);

      await ledger.save({ ...read, scales: [scale({ replicas: 2, verdict: "good" })] }, read);

      expect((await ledger.observations(service))[0]?.scales).toMatchObject([{ replicas: 2, verdict: "bad" }]);
    });

    it("goes on observing a release that is known to be bad", async () => {
      const { ledger, service, release, markBad } = setUp();
      await ledger.save(release({ templateHash: "h1" }), null);
      await markBad("h1", null);
      const [read] = await ledger.observations(service);
      if (read === undefined) throw new Error("the observation is gone");

      await ledger.save({ ...read, lastSeenAt: "2026-11-20T10:00:00.000Z" }, read);

      expect(await ledger.observations(service)).toMatchObject([{ verdict: "bad", lastSeenAt: "2026-11-20T10:00:00.000Z" }]);
    });
  });
}
