import { describe, expect, it } from "vitest";
import { now, type StoreUnderTest, storeScene } from "./store-scene.ts";

/** What a closing incident does to the observations of its service. */
export function describeClosingVerdicts(name: string, storeUnderTest: () => StoreUnderTest): void {
  const { openedIncident, closing } = storeScene(storeUnderTest);

  describe(`${name}: verdicts of a closing incident`, () => {
    const observation = {
      replicaSet: "rs",
      image: "demo/x:v1",
      firstSeenAt: now.toISOString(),
      liveSince: now.toISOString(),
      lastSeenAt: now.toISOString(),
      verdictBy: null,
    };
    const scale = (replicas: number, since: string, verdict: "candidate" | "good" | "bad" = "candidate") => ({
      replicas,
      since,
      lastSeenAt: since,
      healthySince: null,
      verdict,
    });

    it("mark releases good and bad", async () => {
      const { store, ledger, service, closedMeta } = await openedIncident();
      for (const templateHash of ["h1", "h2"])
        await ledger.save({ ...observation, service, templateHash, verdict: "candidate", scales: [] }, null);

      await store.close(closedMeta(), closing, [
        { templateHash: "h1", verdict: "good", replicas: null },
        { templateHash: "h2", verdict: "bad", replicas: null },
      ]);

      const verdicts = (await ledger.observations(service)).map(({ templateHash, verdict, verdictBy }) => ({
        templateHash,
        verdict,
        verdictBy,
      }));
      expect(verdicts).toHaveLength(2);
      expect(verdicts).toEqual(
        expect.arrayContaining([
          { templateHash: "h1", verdict: "good", verdictBy: closedMeta().id },
          { templateHash: "h2", verdict: "bad", verdictBy: closedMeta().id },
        ]),
      );
    });

    it("mark two replica counts of one release without touching the release", async () => {
      const { store, ledger, service, closedMeta } = await openedIncident();
      const scales = [scale(3, "2026-11-20T01:00:00.000Z"), scale(2, "2026-11-20T03:00:00.000Z")];
      await ledger.save({ ...observation, service, templateHash: "h1", verdict: "good", scales }, null);

      await store.close(closedMeta(), closing, [
        { templateHash: "h1", verdict: "good", replicas: 3 },
        { templateHash: "h1", verdict: "bad", replicas: 2 },
      ]);

      const [release] = await ledger.observations(service);
      expect(release).toMatchObject({ verdict: "good", verdictBy: null });
      expect(release?.scales.map(({ replicas, verdict }) => [replicas, verdict])).toEqual([
        [3, "good"],
        [2, "bad"],
      ]);
    });

    it("never turn bad into good", async () => {
      const { store, ledger, service, closedMeta } = await openedIncident();
      const scales = [scale(3, "2026-11-20T01:00:00.000Z"), scale(2, "2026-11-20T03:00:00.000Z", "bad")];
      await ledger.save({ ...observation, service, templateHash: "h1", verdict: "bad", verdictBy: "inc-earlier", scales }, null);

      await store.close(closedMeta(), closing, [
        { templateHash: "h1", verdict: "good", replicas: null },
        { templateHash: "h1", verdict: "good", replicas: 2 },
        { templateHash: "h1", verdict: "good", replicas: 3 },
      ]);

      const [release] = await ledger.observations(service);
      expect(release).toMatchObject({ verdict: "bad", verdictBy: "inc-earlier" });
      expect(release?.scales.map(({ verdict }) => verdict)).toEqual(["good", "bad"]);
      expect((await store.read(closedMeta().id))?.meta.status).toBe("closed");
    });

    it("are not lost when nobody ever observed the release or the scale", async () => {
      const { store, ledger, service, closedMeta } = await openedIncident();

      await store.close(closedMeta(), closing, [
        { templateHash: "unseen", verdict: "bad", replicas: null },
        { templateHash: "unseen-scale", verdict: "bad", replicas: 1 },
      ]);

      const seen = await ledger.observations(service);
      expect(seen.find(({ templateHash }) => templateHash === "unseen")).toMatchObject({
        verdict: "bad",
        liveSince: closedMeta().openedAt,
        scales: [],
      });
      expect(seen.find(({ templateHash }) => templateHash === "unseen-scale")).toMatchObject({
        verdict: "candidate",
        scales: [scale(1, closedMeta().openedAt, "bad")],
      });
    });
  });
}
