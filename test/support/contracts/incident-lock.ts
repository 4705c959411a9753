import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { now, type StoreUnderTest, secondsLater, storeScene } from "./store-scene.ts";

/** The lease lock of an IncidentStore. */
export function describeLock(name: string, storeUnderTest: () => StoreUnderTest): void {
  const { setUp } = storeScene(storeUnderTest);

  describe(`${name}: lock`, () => {
    it("gives a free lease, and tells the next one who holds it", async () => {
      const { store, service } = setUp();

      const first = await store.acquire(service, "rg-one", "inc-one", now, 900);
      const second = await store.acquire(service, "rg-two", "inc-two", secondsLater(10), 900);

      const leaseUntil = "2026-11-20T03:27:40.000Z";
      expect(first).toEqual({ outcome: "acquired", lock: { fence: 1, leaseUntil } });
      expect(second).toEqual({ outcome: "held", owner: "rg-one", incidentId: "inc-one", leaseUntil });
      expect(await store.holder(service)).toEqual({ owner: "rg-one", incidentId: "inc-one", leaseUntil });
    });

    it("lets exactly one of twenty concurrent owners in", async () => {
      const { store, service } = setUp();

      const results = await Promise.all(
        Array.from({ length: 20 }, (_, index) => store.acquire(service, `rg-${index}`, `inc-${index}`, now, 900)),
      );

      const winner = await store.holder(service);
      expect(results.filter(({ outcome }) => outcome === "acquired")).toHaveLength(1);
      expect(results.flatMap((result) => (result.outcome === "held" ? [result.owner] : []))).toEqual(Array(19).fill(winner?.owner));
    });

    it("gives the lease to its own owner again, with a higher fence, and invalidates the lower one", async () => {
      const { store, service } = setUp();
      await store.acquire(service, "rg-one", "inc-one", now, 900);

      const again = await store.acquire(service, "rg-one", "inc-one", secondsLater(5), 900);

      expect(again).toMatchObject({ outcome: "acquired", lock: { fence: 2 } });
      expect(await store.renew(service, "rg-one", 1, secondsLater(6), 900)).toBeNull();
      expect(await store.renew(service, "rg-one", 2, secondsLater(60), 900)).toEqual({ fence: 2, leaseUntil: "2026-11-20T03:28:40.000Z" });
    });

    it("is still held in the last second of the lease and free after it; the fence grows", async () => {
      const { store, service } = setUp();
      await store.acquire(service, "rg-one", "inc-one", now, 60);

      expect(await store.acquire(service, "rg-two", "inc-two", secondsLater(60), 60)).toMatchObject({ outcome: "held" });
      expect(await store.acquire(service, "rg-two", "inc-two", secondsLater(62), 60)).toMatchObject({
        outcome: "acquired",
        lock: { fence: 2 },
      });
      expect(await store.renew(service, "rg-one", 1, secondsLater(62), 60)).toBeNull();
    });

    it("is released by its owner only, once, and never forgets its fence", async () => {
      const { store, service } = setUp();
      await store.acquire(service, "rg-one", "inc-one", now, 900);

      expect(await store.release(service, "rg-other")).toBe(false);
      expect(await store.release(service, "rg-one")).toBe(true);
      expect(await store.release(service, "rg-one")).toBe(false);
      expect(await store.holder(service)).toBeNull();
      expect(await store.acquire(service, "rg-two", "inc-two", now, 900)).toMatchObject({ outcome: "acquired", lock: { fence: 2 } });
    });

    it("has one holder at most, and a fence that never falls, whatever happens in whatever order (property)", async () => {
      const owner = fc.constantFrom("rg-a", "rg-b", "rg-c");
      const step = fc.record({
        action: fc.constantFrom("acquire", "renew", "release"),
        owner,
        secondsLater: fc.integer({ min: 0, max: 40 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
          const { store, service } = setUp();
          const fences = new Map<string, number>();
          let [highest, clock] = [0, 0];
          for (const { action, owner: me, secondsLater: passed } of steps) {
            clock += passed;
            const before = await store.holder(service);
            if (action === "acquire") {
              const result = await store.acquire(service, me, `inc-${me}`, secondsLater(clock), 60);
              const held =
                before !== null &&
                before.owner !== me &&
                Date.parse(before.leaseUntil) >= Math.floor(secondsLater(clock).getTime() / 1000) * 1000;
              expect(result.outcome).toBe(held ? "held" : "acquired");
              if (result.outcome !== "acquired") continue;
              expect(result.lock.fence).toBe(highest + 1);
              highest = result.lock.fence;
              fences.set(me, highest);
            } else if (action === "renew") {
              const renewed = await store.renew(service, me, fences.get(me) ?? 0, secondsLater(clock), 60);
              expect(renewed !== null).toBe(before?.owner === me);
            } else {
              expect(await store.release(service, me)).toBe(before?.owner === me);
            }
          }
        }),
        { numRuns: 25 },
      );
    });

    it("knows nothing of a service nobody ever locked", async () => {
      const { store, service } = setUp();

      expect(await store.holder(service)).toBeNull();
      expect(await store.release(service, "rg-one")).toBe(false);
      expect(await store.renew(service, "rg-one", 1, now, 900)).toBeNull();
    });
  });
}
