import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Release } from "../../../functions/domain/release.ts";
import { anEvent, anIncidentMeta } from "../builders/incident.ts";
import { aRelease, releaseParts } from "../builders/release.ts";
import { aReleaseObservation } from "../builders/workload.ts";
import type { StoreUnderTest } from "./store-scene.ts";

/** What every ReleaseLedger must do with snapshots, verdicts of people and the quarantine. Services and digests are named anew in each test. */
export function describeReleases(name: string, storeUnderTest: () => StoreUnderTest): void {
  const setUp = () => {
    const { store, ledger } = storeUnderTest();
    const service = `svc-${randomUUID().slice(0, 8)}`;
    const release = (overrides: Partial<Release> = {}) => aRelease({ service, verdict: "candidate", verdictBy: null, ...overrides });
    const close = async (badRelease: string | null, keys: readonly string[] = []) => {
      const meta = anIncidentMeta({ service, id: `inc-${randomUUID()}` });
      const quarantine = keys.map((key) => ({ key, service, by: meta.id, at: "2026-11-20T04:00:00.000Z" }));
      await store.close(meta, anEvent(), [], { badRelease, quarantine });
      return meta.id;
    };
    const quarantined = async () => (await ledger.quarantine()).filter((entry) => entry.service === service);
    return { ledger, service, release, close, quarantined };
  };
  const sealed = { dataKey: "a2V5", nonce: "bm9uY2U=", sealed: "c2VhbGVk" };
  const mark = { by: "ada@desk", reason: "checked by hand", at: "2026-11-20T05:00:00.000Z" };

  describe(`${name}: releases`, () => {
    it("gives releases back as they were saved, most recently seen first", async () => {
      const { ledger, service, release } = setUp();
      const older = release({ hash: "h1", lastSeenAt: "2026-11-18T00:00:00.000Z", irreversible: "schema 42" });
      const newer = release({ hash: "h2", lastSeenAt: "2026-11-19T00:00:00.000Z", parts: releaseParts({ unread: ["pdb"] }) });

      expect(await ledger.saveRelease(older, null, null)).toBe(true);
      expect(await ledger.saveRelease(newer, null, null)).toBe(true);

      expect(await ledger.releases(service)).toEqual([newer, older]);
    });

    it("keeps the template while the release is saved again without one, and until it is forgotten", async () => {
      const { ledger, service, release } = setUp();
      const first = release({ hash: "h1" });
      await ledger.saveRelease(first, null, sealed);

      await ledger.saveRelease({ ...first, lastSeenAt: "2026-11-20T06:00:00.000Z" }, first, null);
      const kept = await ledger.sealedTemplate(service, "h1");
      await ledger.forget(service, "h1");

      expect(kept).toEqual(sealed);
      expect(await ledger.sealedTemplate(service, "h1")).toBeNull();
      expect(await ledger.releases(service)).toEqual([]);
    });

    it("keeps a bad verdict that an incident gave between read and save", async () => {
      const { ledger, service, release, close } = setUp();
      const read = release({ hash: "h1" });
      await ledger.saveRelease(read, null, null);
      const by = await close("h1");

      const saved = await ledger.saveRelease({ ...read, verdict: "good", verdictBy: "observe-releases" }, read, null);

      expect(saved).toBe(false);
      expect(await ledger.releases(service)).toMatchObject([{ verdict: "bad", verdictBy: by }]);
    });

    it("does not save over a release that it had not seen when it looked", async () => {
      const { ledger, service, release } = setUp();
      await ledger.saveRelease(release({ hash: "h1", verdict: "bad", verdictBy: "inc-1" }), null, null);

      expect(await ledger.saveRelease(release({ hash: "h1" }), null, null)).toBe(false);
      expect(await ledger.releases(service)).toMatchObject([{ verdict: "bad" }]);
    });

    it("goes on saving a release that is known to be bad", async () => {
      const { ledger, service, release, close } = setUp();
      await ledger.saveRelease(release({ hash: "h1" }), null, null);
      await close("h1");
      const [read] = await ledger.releases(service);
      if (read === undefined) throw new Error("the release is gone");

      await ledger.saveRelease({ ...read, lastSeenAt: "2026-11-20T10:00:00.000Z" }, read, null);

      expect(await ledger.releases(service)).toMatchObject([{ verdict: "bad", lastSeenAt: "2026-11-20T10:00:00.000Z" }]);
    });

    it("closes an incident about a release that nobody took a snapshot of", async () => {
      const { ledger, service, close, quarantined } = setUp();

      await close("unseen", [`sha256:${service}`]);

      expect(await ledger.releases(service)).toEqual([]);
      expect(await quarantined()).toMatchObject([{ key: `sha256:${service}` }]);
    });
  });

  describe(`${name}: a person's verdict`, () => {
    it("counts against any other, on the release and its template, and good ends the quarantine", async () => {
      const { ledger, service, release, close, quarantined } = setUp();
      const digest = `sha256:${service}`;
      const parts = releaseParts({ templateHash: "t1", images: [{ container: "app", image: "demo/app:v1", digest }] });
      await ledger.save(aReleaseObservation({ service, templateHash: "t1", verdict: "bad", verdictBy: "inc-0", scales: [] }), null);
      await ledger.saveRelease(release({ hash: "h1", parts }), null, null);
      await close("h1", [digest, `${service}/t1`]);

      const done = await ledger.mark({ ...mark, service, hash: "h1", verdict: "good" });

      const verdictBy = "ada@desk at 2026-11-20T05:00:00.000Z: checked by hand";
      expect(done).toBe(true);
      expect(await ledger.releases(service)).toMatchObject([{ verdict: "good", verdictBy }]);
      expect(await ledger.observations(service)).toMatchObject([{ verdict: "good", verdictBy }]);
      expect(await quarantined()).toEqual([]);
    });

    it("calls a template bad only where it is good under no other configuration", async () => {
      const { ledger, service, release } = setUp();
      await ledger.save(aReleaseObservation({ service, templateHash: "t1", scales: [] }), null);
      const parts = releaseParts({ templateHash: "t1" });
      await ledger.saveRelease(release({ hash: "h1", parts, verdict: "good", verdictBy: "observe-releases" }), null, null);
      await ledger.saveRelease(release({ hash: "h2", parts }), null, null);

      await ledger.mark({ ...mark, service, hash: "h2", verdict: "bad" });
      const afterOne = await ledger.observations(service);
      await ledger.mark({ ...mark, service, hash: "h1", verdict: "bad" });

      expect(afterOne).toMatchObject([{ verdict: "good" }]);
      expect(await ledger.observations(service)).toMatchObject([{ verdict: "bad" }]);
    });

    it("says so when there is no such release", async () => {
      const { ledger, service, quarantined } = setUp();

      expect(await ledger.mark({ ...mark, service, hash: "nothing", verdict: "good" })).toBe(false);
      expect(await quarantined()).toEqual([]);
    });
  });
}
