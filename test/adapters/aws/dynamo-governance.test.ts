import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dynamoGovernance } from "../../../functions/adapters/aws/dynamo-governance.ts";
import type { PastRollback } from "../../../functions/domain/governance.ts";
import { aFreeze, aPastRollback, secondsAfter } from "../../support/builders/index.ts";
import { FakeDynamoItems } from "../../support/fakes/fake-dynamo-items.ts";

const TURN_OF_THE_HOUR = "2026-11-20T04:00:00.000Z";
const HOUR_MILLISECONDS = 3_600_000;

/** Of rollbacks that may begin: around the turn of an hour, of three services; of some the first try is not over when the second begins. */
const requests = fc
  .array(fc.record({ seconds: fc.integer({ min: -4000, max: 4000 }), service: fc.constantFrom("a", "b", "c"), twice: fc.boolean() }), {
    minLength: 1,
    maxLength: 9,
  })
  .map((some) =>
    some.flatMap(({ seconds, service, twice }, index): PastRollback[] => {
      const one = aPastRollback({ incidentId: `inc-${index}`, service, at: secondsAfter(TURN_OF_THE_HOUR, seconds), outcome: "open" });
      return twice ? [one, { ...one, at: secondsAfter(one.at, 1) }] : [one];
    }),
  );
const limits = fc.record({ maxPerHour: fc.integer({ min: 1, max: 3 }), maxPerHourAll: fc.integer({ min: 1, max: 4 }) });

/** The most that began within any hour. */
function mostInAnHour(rollbacks: readonly PastRollback[]): number {
  const starts = rollbacks.map(({ at }) => Date.parse(at));
  return Math.max(0, ...starts.map((start) => starts.filter((other) => other >= start && other - start < HOUR_MILLISECONDS).length));
}

/** What counts is the answer to an incident's last try. */
const reservedOf = (asked: readonly PastRollback[], results: readonly string[]) => {
  const last = new Map(asked.map((one, index) => [one.incidentId, { one, result: results[index] }]));
  return [...last.values()].filter(({ result }) => result === "reserved").map(({ one }) => one);
};

describe("places in the hour, asked for at once", () => {
  it("are never more than the limits, in whatever order the calls reach the table", async () => {
    await fc.assert(
      fc.asyncProperty(requests, limits, fc.scheduler(), async (asked, most, scheduler) => {
        const { client, items } = new FakeDynamoItems(() => scheduler.schedule(Promise.resolve()));
        const governance = dynamoGovernance("t", client);

        const asking = Promise.all(asked.map((one) => governance.reserve(one, most)));
        await scheduler.waitFor(asking);
        const reserved = reservedOf(asked, await asking);

        expect(mostInAnHour(reserved)).toBeLessThanOrEqual(most.maxPerHourAll);
        const counted = [...items.values()].flatMap((item) => item.began?.SS ?? []);
        for (const { at, incidentId, service } of reserved) expect(counted).toContain([at, incidentId, service].join(" "));
      }),
      { numRuns: 300 },
    );
  });

  it("are as many as the limit where nobody straddles the hour", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 6 }), fc.scheduler(), async (many, most, scheduler) => {
        const { client } = new FakeDynamoItems(() => scheduler.schedule(Promise.resolve()));
        const governance = dynamoGovernance("t", client);
        const asked = Array.from({ length: many }, (_, n) =>
          aPastRollback({ incidentId: `inc-${n}`, service: `svc-${n}`, at: TURN_OF_THE_HOUR }),
        );

        const asking = Promise.all(asked.map((one) => governance.reserve(one, { maxPerHour: 3, maxPerHourAll: most })));
        await scheduler.waitFor(asking);

        expect((await asking).filter((result) => result === "reserved")).toHaveLength(Math.min(many, most));
      }),
      { numRuns: 100 },
    );
  });

  it("of one service are never more than its limit, one after the other", async () => {
    await fc.assert(
      fc.asyncProperty(requests, limits, async (asked, most) => {
        const governance = dynamoGovernance("t", new FakeDynamoItems().client);
        const inOrder = [...asked].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
        const results = [];
        for (const one of inOrder) results.push(await governance.reserve(one, most));

        const reserved = reservedOf(inOrder, results);
        for (const service of ["a", "b", "c"])
          expect(mostInAnHour(reserved.filter((one) => one.service === service))).toBeLessThanOrEqual(most.maxPerHour);
      }),
    );
  });
});

describe("the table", () => {
  it("is not written where there is no room at all", async () => {
    const table = new FakeDynamoItems();
    const governance = dynamoGovernance("t", table.client);
    const all = { maxPerHour: 9, maxPerHourAll: 1 };
    await governance.reserve(aPastRollback({ incidentId: "inc-1", at: secondsAfter(TURN_OF_THE_HOUR, -60) }), all);
    table.calls.length = 0;

    expect(await governance.reserve(aPastRollback({ incidentId: "inc-2", service: "other", at: TURN_OF_THE_HOUR }), all)).toBe("lost");
    expect(table.calls).toEqual(["QueryCommand"]);
  });

  it("is tried again where another wrote the service's item in between", async () => {
    const table = new FakeDynamoItems();
    const governance = dynamoGovernance("t", table.client);
    const send = table.client.send.bind(table.client);
    let meddled = false;
    table.client.send = (async (command: never) => {
      const answer = await send(command);
      if (!meddled && table.calls.at(-1) === "GetItemCommand") {
        meddled = true;
        await dynamoGovernance("t", { send } as never).reserve(aPastRollback({ incidentId: "inc-other" }), null);
      }
      return answer;
    }) as never;

    await governance.reserve(aPastRollback({ incidentId: "inc-own" }), null);

    const { rollbacks } = await dynamoGovernance("t", { send } as never).read("checkout", null, "inc-none", new Date(TURN_OF_THE_HOUR));
    expect(rollbacks.map(({ incidentId }) => incidentId).sort()).toEqual(["inc-other", "inc-own"]);
  });

  it("holds a freeze with who made it, so that two of one moment are two", async () => {
    const table = new FakeDynamoItems();
    const governance = dynamoGovernance("t", table.client);
    await governance.freeze(aFreeze());
    await governance.freeze(aFreeze({ by: "ada", incidentId: null }));

    expect([...table.items.keys()]).toEqual([
      "SVC#checkout FREEZE#2026-11-20T03:12:40.820Z#inc-earlier",
      "SVC#checkout FREEZE#2026-11-20T03:12:40.820Z#ada",
    ]);
  });
});
