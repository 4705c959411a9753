import { describe, expect, it } from "vitest";
import { WELL_KNOWN_SIGNALS, wellKnownSignal } from "../../functions/domain/well-known-signals.ts";

describe("well-known signals", () => {
  it("publish on events exactly where they count errors or failures", () => {
    const onEvent = Object.entries(WELL_KNOWN_SIGNALS).flatMap(([name, { publishes }]) => (publishes === "on-event" ? [name] : []));

    expect(onEvent).toEqual(["error_count", "health_failures", "db_errors"]);
  });

  it("are counts where they publish on events: no point of a rate or a gauge means that nothing was measured", () => {
    const onEvent = Object.values(WELL_KNOWN_SIGNALS).filter(({ publishes }) => publishes === "on-event");

    expect(new Set(onEvent.map(({ unit, better }) => `${unit} ${better}`))).toEqual(new Set(["count lower"]));
  });

  it.each([
    ["health_failures", "count", "lower", "health"],
    ["unhealthy_hosts", "count", "lower", "health"],
    ["error_count", "count", "lower", "performance"],
    ["queue_length", "count", "lower", "performance"],
    ["disk_utilization", "%", "lower", "infrastructure"],
    ["db_connections_utilization", "%", "lower", "database"],
    ["db_errors", "count", "lower", "database"],
    ["auth_failure_rate", "%", "lower", "security"],
    ["user_satisfaction", "%", "higher", "business"],
    ["conversion_rate", "%", "higher", "business"],
    ["business_error_rate", "%", "lower", "business"],
    ["session_duration", "s", "higher", "business"],
  ])("know %s in %s, %s is better, of class %s", (name, unit, better, triggerClass) => {
    expect(wellKnownSignal(name)).toMatchObject({ unit, better, class: triggerClass });
  });

  it("are no properties that every object has", () => {
    expect(wellKnownSignal("constructor")).toBeNull();
  });
});
