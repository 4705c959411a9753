import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BlueprintSchema } from "../../../functions/domain/blueprint.ts";
import type { AuthoredMetrics } from "../../../functions/domain/blueprint-authored-metrics.ts";
import { documentedUnit } from "../../../functions/domain/metric-sources/documented-units.ts";
import { signalWarnings } from "../../../functions/domain/metric-sources/signal-warnings.ts";
import { WELL_KNOWN_SIGNALS } from "../../../functions/domain/well-known-signals.ts";
import { compiled } from "../../blueprints/authored-blueprint.ts";
import { AN_ALB, aBlueprintWatching, NO_PRESET } from "../support/authored-metrics.ts";

const anyMetrics: fc.Arbitrary<AuthoredMetrics> = fc.record(
  {
    alb: fc.constant(AN_ALB),
    application_signals: fc.record({ operation: fc.constant("GET /cart") }, { requiredKeys: [] }),
    container_insights: fc.record({ pod_name: fc.constant("web") }, { requiredKeys: [] }),
    rds: fc.record(
      { instance: fc.constant("db"), storage: fc.constant("100GiB"), max_connections: fc.integer({ min: 1, max: 5000 }) },
      { requiredKeys: ["instance"] },
    ),
    sqs: fc.constant({ queue: "orders" }),
  },
  { requiredKeys: [] },
);
const anyNames = fc.subarray(Object.keys(WELL_KNOWN_SIGNALS), { minLength: 1 });

describe("any sections and any well-known signals", () => {
  it("give a blueprint of the compiled shape, or one problem for each signal that nothing measures", () => {
    fc.assert(
      fc.property(anyMetrics, anyNames, (metrics, names) => {
        const { blueprint, problems, bindings } = compiled(aBlueprintWatching(names, metrics), NO_PRESET);

        const bound = bindings.filter(({ subject }) => subject.startsWith("signal "));
        expect(bound.length + problems.length).toBe(names.length);
        expect(blueprint === null).toBe(problems.length > 0);
        if (blueprint !== null) expect(BlueprintSchema.parse(blueprint)).toEqual(blueprint);
      }),
    );
  });

  it("are read in the unit that CloudWatch holds, in whole minutes and with exact sets of dimensions", () => {
    fc.assert(
      fc.property(anyMetrics, anyNames, (metrics, names) => {
        const measured = names.filter((name) => compiled(aBlueprintWatching([name], metrics), NO_PRESET).problems.length === 0);
        const { blueprint } = compiled(aBlueprintWatching(measured, metrics), NO_PRESET);
        const signals = blueprint?.signals ?? [];

        expect(signals.map(({ name }) => name).sort()).toEqual([...measured].sort());
        for (const { source, unit, resolutionSeconds } of signals) {
          expect(resolutionSeconds).toBe(60);
          if (source.kind === "metric") expect(documentedUnit(source.metric)).toBe(unit);
          if (source.kind === "ratio" || source.kind === "capacity") expect(unit).toBe("%");
        }
        expect(signalWarnings({ signals, triggers: [] }).filter(({ message }) => message.includes("exact set"))).toEqual([]);
      }),
    );
  });
});
