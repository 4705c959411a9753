import { describe, expect, it } from "vitest";
import { anAuthoredBlueprint, anAuthoredTrigger, compiled, problemsOf } from "../../blueprints/authored-blueprint.ts";

const looksOf = (...args: Parameters<typeof anAuthoredBlueprint>) => compiled(anAuthoredBlueprint(...args)).blueprint?.looks;
const count = { unit: "count", metric: { namespace: "Shop", name: "Orders", stat: "Sum" } } as const;

describe("spec.looks", () => {
  it("is on by default, in observe: the signals of triggers that tell of users, and the service's own latency and error rate", () => {
    expect(looksOf()).toEqual({
      mode: "observe",
      signals: [
        { signal: "error_rate", class: "performance", severity: "high" },
        { signal: "latency_p95", class: "performance", severity: "high" },
      ],
    });
  });

  it("takes class and severity of a signal from its gravest trigger, and leaves alarms of others and databases out", () => {
    const triggers = [
      anAuthoredTrigger({ name: "few", signal: "orders", class: "business", severity: "medium", when: "< 5" }),
      anAuthoredTrigger({ name: "none", signal: "orders", class: "business", severity: "critical", when: "< 1" }),
      anAuthoredTrigger({ name: "pool", signal: "pool", class: "performance", severity: "high", when: undefined }),
      anAuthoredTrigger({ name: "disk", signal: "disk", class: "database", severity: "high", when: "> 90" }),
    ];
    const signals = { orders: { ...count, better: "higher" }, pool: { alarm: "team-pool" }, disk: count } as const;

    expect(looksOf({ performance: {}, signals, triggers })?.signals).toEqual([
      { signal: "orders", class: "business", severity: "critical" },
    ]);
  });

  it("binds well-known signals that only looks name, once each, by what they mean everywhere", () => {
    expect(
      looksOf({
        looks: { mode: "auto", mode_reason: "a week without a false one", signals: ["cpu_utilization", "error_rate", "cpu_utilization"] },
      }),
    ).toEqual({
      mode: "auto",
      modeReason: "a week without a false one",
      signals: [
        { signal: "cpu_utilization", class: "infrastructure", severity: "medium" },
        { signal: "error_rate", class: "performance", severity: "high" },
      ],
    });
  });

  it("is off with an empty list, and where there is nothing to judge a release on", () => {
    const off = anAuthoredBlueprint({ looks: { signals: [] } });

    expect(compiled(off).blueprint).not.toHaveProperty("looks");
    expect(compiled(off).bindings).toContainEqual({ subject: "looks", value: "none", from: "blueprint" });
    expect(compiled(anAuthoredBlueprint({ performance: {}, triggers: [] })).bindings).toContainEqual(
      expect.objectContaining({ subject: "looks", value: expect.stringContaining("no signal to judge a release on") }),
    );
  });

  it("refuses what cannot be judged, with its place", () => {
    const looks = { mode_reason: "because", signals: ["latency_p59", "pool"] };

    expect(problemsOf(anAuthoredBlueprint({ looks, signals: { pool: { alarm: "team-pool" } } }))).toEqual(
      expect.arrayContaining([
        expect.stringContaining("spec.looks.signals.0: unknown signal latency_p59"),
        expect.stringContaining("spec.looks.signals.1: pool is an existing alarm"),
        expect.stringContaining("spec.looks.mode_reason: mode_reason without a mode says nothing"),
      ]),
    );
  });
});
