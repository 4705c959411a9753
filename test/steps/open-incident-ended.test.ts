import { describe, expect, it } from "vitest";
import { releaseLock } from "../../functions/entry/release-lock/release-lock.ts";
import type { IncidentStore } from "../../functions/ports/incident-store.ts";
import { openIncident } from "../../functions/steps/open-incident/step.ts";
import { MOMENTS } from "../support/builders/index.ts";
import { anExecutionEndedEvent } from "../support/events/execution-events.ts";
import { FakePager } from "../support/fakes/fake-pager.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { fixedClock } from "../support/fakes/fixed-clock.ts";
import { InMemoryIncidentStore } from "../support/fakes/in-memory-incident-store.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";
import { aFleetBlueprint, alarmInput } from "../support/machine/fleet-scene.ts";

const context = { logger: silentLogger };
const input = alarmInput("web");
const aborted = anExecutionEndedEvent({ name: input.execution.name, input: JSON.stringify(input), status: "ABORTED" });

function setUp(group: string | undefined) {
  const store = new InMemoryIncidentStore();
  const blueprints = registryOf(...["web", "db"].map((name) => aFleetBlueprint({ name, ...(group === undefined ? {} : { group }) })));
  const pager = new FakePager();
  const clock = fixedClock(MOMENTS.openedAt);
  /** Stopped from outside right before the nth such write of its OpenIncident, which runs on. */
  const openStoppedBefore = (method: "acquire" | "open", nth: number) => {
    let calls = 0;
    const running: IncidentStore = new Proxy(store, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== "function") return value;
        return async (...all: unknown[]) => {
          if (property === method) calls += 1;
          if (property === method && calls === nth) await releaseLock({ store, pager, clock })(aborted, context);
          return value.apply(target, all);
        };
      },
    });
    return openIncident({ blueprints, store: running, clock })(input, context);
  };
  const owners = () => Promise.all(["web", "db", "group:shop"].map((name) => store.holder(name)));
  return { store, pager, openStoppedBefore, owners };
}

describe.each([["a service alone", undefined] as const, ["a group", "shop"] as const])(
  "an execution of %s that was stopped",
  (_of, group) => {
    it.each([
      ["its first lock", "acquire", 1, "IncidentEndedError", 0],
      ["opening its incident", "open", 1, "TransientUpstreamError", 1],
    ] as const)("right before %s opens nothing and keeps no lock", async (_what, method, nth, error, pages) => {
      const { store, pager, openStoppedBefore, owners } = setUp(group);

      await expect(openStoppedBefore(method, nth)).rejects.toMatchObject({ name: error });

      expect((await store.read(input.incidentId))?.meta).toMatchObject({ status: "closed", outcome: "error" });
      expect(await owners()).toEqual([null, null, null]);
      expect(pager.messages).toHaveLength(pages);
    });
  },
);

describe("an execution of a group that was stopped in the middle of taking locks", () => {
  it.each([
    ["its own", 2, "IncidentEndedError"],
    ["another member's", 3, "TransientUpstreamError"],
  ] as const)("right before %s keeps none", async (_whose, nth, error) => {
    const { store, pager, openStoppedBefore, owners } = setUp("shop");

    await expect(openStoppedBefore("acquire", nth)).rejects.toMatchObject({ name: error });

    expect((await store.read(input.incidentId))?.meta).toMatchObject({ status: "closed", outcome: "error", group: "shop" });
    expect(await owners()).toEqual([null, null, null]);
    expect(pager.messages).toHaveLength(1);
  });
});
