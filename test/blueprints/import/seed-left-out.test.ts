import { describe, expect, it } from "vitest";
import { compiled, entryOf, fixture, imported } from "./imported.ts";

const TRIGGERS = fixture("rollback-triggers.yml");

describe("a rule of the seed that no alarm can follow", () => {
  it("is listed where its window is longer than a baseline can be measured for, and the others are kept", () => {
    const result = imported(TRIGGERS.replace('condition: "p95_latency > baseline * 1.5"\n    window: "5 minutes"', TOO_LONG));

    expect(entryOf(result, "rollback_triggers.performance")).toMatchObject({
      status: "not-mapped",
      note: 'the window "30 minutes" is too long for a baseline, which is measured over an hour: write the trigger by hand with a period up to 15m',
    });
    expect(compiled(result).triggers.map(({ name }) => name)).toEqual(["error-rate", "memory", "database", "health-check"]);
  });
});

const TOO_LONG = 'condition: "p95_latency > baseline * 1.5"\n    window: "30 minutes"';
