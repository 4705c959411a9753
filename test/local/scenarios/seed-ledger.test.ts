import { describe, expect, it } from "vitest";
import { seedLedger } from "../../../local/scenarios/seed-ledger.ts";
import { InMemoryReleaseLedger } from "../../support/fakes/in-memory-release-ledger.ts";

describe("seedLedger", () => {
  it("remembers every seeded release as good, with its replicas, since it is said to be live", async () => {
    const ledger = new InMemoryReleaseLedger();
    const facts = {
      image: "demo/checkout:v1",
      replicas: 3,
      readyReplicas: 3,
      updatedReplicas: 3,
      generation: 1,
      strategy: "{}",
      replicaSet: { name: "checkout-abc", templateHash: "abc" },
    };

    await seedLedger(ledger, new Map([["checkout", facts]]), new Date("2026-11-22T09:00:00Z"), new Date("2026-11-22T10:00:00Z"));

    expect(await ledger.observations("checkout")).toMatchObject([
      {
        templateHash: "abc",
        image: "demo/checkout:v1",
        liveSince: "2026-11-22T09:00:00.000Z",
        verdict: "good",
        scales: [{ replicas: 3, verdict: "good", healthySince: "2026-11-22T09:00:00.000Z" }],
      },
    ]);
  });
});
