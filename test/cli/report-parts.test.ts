import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clockTime, dateTime, formatNumber, formatSeconds, formatValue, offset, shorten } from "../../cli/report/format.ts";
import { embeddedJson, escapeHtml, html } from "../../cli/report/html.ts";
import { incidentTimes } from "../../cli/report/incident-times.ts";
import { DARK, LIGHT } from "../../cli/report/palette.ts";
import { flagRows } from "../../cli/report/phases.ts";
import { linearScale, timeTicks, valueAxis } from "../../cli/report/scale.ts";
import { whySection } from "../../cli/report/sections/why.ts";
import { signalFigures } from "../../cli/report/signal-figures.ts";
import {
  aChange,
  aManualTrigger,
  anAssessment,
  anEvent,
  anIncident,
  anIncidentMeta,
  anIncidentRecord,
  anIncidentWithOnePoint,
  anObservedIncident,
  aProgress,
  aSeries,
  aWorkloadState,
  MOMENTS,
} from "../support/builders/index.ts";

const thousandths = fc.integer({ min: -1e12, max: 1e12 }).map((number) => number / 1000);
const values = fc.array(thousandths, { minLength: 1, maxLength: 50 });

describe("a value axis", () => {
  it("holds every value, in rising steps of one size", () => {
    fc.assert(
      fc.property(values, (numbers) => {
        const { domain, ticks } = valueAxis(numbers);
        const steps = ticks.slice(1).map((tick, index) => tick - (ticks[index] ?? 0));

        const hair = (domain[1] - domain[0]) * 1e-6;

        expect(Math.min(...numbers)).toBeGreaterThanOrEqual(domain[0] - hair);
        expect(Math.max(...numbers)).toBeLessThanOrEqual(domain[1] + hair);
        expect(steps.length).toBeGreaterThan(0);
        for (const step of steps) expect(step).toBeCloseTo(steps[0] ?? 0, 5 - Math.ceil(Math.log10(Math.max(1, Math.abs(step)))));
        expect(ticks.length).toBeLessThanOrEqual(8);
      }),
    );
  });

  it("starts at 0 unless a value is negative, and ends at the ceiling that values reach", () => {
    expect(valueAxis([120, 480, 200]).domain).toEqual([0, 600]);
    expect(valueAxis([-5, 5]).domain[0]).toBeLessThanOrEqual(-5);
    expect(valueAxis([100, 40], 100).domain).toEqual([0, 100]);
    expect(valueAxis([0, 0])).toEqual({ domain: [0, 1], ticks: [0, 1] });
  });
});

describe("a scale", () => {
  it("keeps order and proportion", () => {
    const scale = linearScale([10, 30], [0, 100]);

    expect([10, 20, 30].map(scale)).toEqual([0, 50, 100]);
    expect(linearScale([5, 5], [0, 100])(5)).toBe(50);
  });

  it("has few, round time ticks inside the span", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2e12 }), fc.integer({ min: 1, max: 1e10 }), (from, width) => {
        const ticks = timeTicks(from, from + width);

        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(ticks.every((tick) => tick >= from && tick <= from + width)).toBe(true);
      }),
    );
  });
});

describe("flags", () => {
  it("in one row are never closer than the gap", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 6 }), (positions) => {
        const rows = flagRows(positions, 6.5);
        const close = positions.some((one, i) => positions.some((other, j) => i < j && rows[i] === rows[j] && Math.abs(one - other) < 6.5));

        expect(rows).toHaveLength(positions.length);
        expect(close).toBe(false);
      }),
    );
  });
});

describe("markup", () => {
  it("escapes whatever text comes", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(html`<p title="${text}">${text}</p>`.markup.replace(/^<p title="|">|<\/p>$/g, "")).not.toMatch(/[<>"']/);
      }),
    );
  });

  it("places lists and markup as they are and nothing for null and false", () => {
    expect(html`<p>${[html`<b>${1}</b>`, " & "]}${null}${false}${undefined}</p>`.markup).toBe("<p><b>1</b> &amp; </p>");
    expect(escapeHtml("a\u0000b")).toBe("a\ufffdb");
  });

  it("embeds JSON that reads back and cannot end its element", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { markup } = embeddedJson(value);

        expect(JSON.parse(markup)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(markup).not.toMatch(/<|\u2028|\u2029/);
      }),
    );
  });
});

describe("numbers and times for people", () => {
  it("have as many digits as they deserve", () => {
    expect([0, 0.2, 1.23456, 12.345, 477.333, 12_345.6].map(formatNumber)).toEqual(["0", "0.2", "1.235", "12.35", "477.3", "12,346"]);
    expect([formatValue(null, "ms"), formatValue(1.5, "%"), formatValue(7, "count"), formatValue(7, "per-second")]).toEqual([
      "no data",
      "1.5 %",
      "7",
      "7 per s",
    ]);
  });

  it.each([
    [0, "0 s"],
    [2.11, "2.1 s"],
    [119.96, "120 s"],
    [185, "3 min 5 s"],
    [240, "4 min"],
    [7_199.9, "2 h"],
    [7_440, "2 h 4 min"],
    [266_400, "3 d 2 h"],
  ])("%d seconds are %s", (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  it("and long texts are shortened between words", () => {
    expect([shorten("short", 10), shorten("some words too many", 12), shorten("x".repeat(20), 10)]).toEqual([
      "short",
      "some words…",
      `${"x".repeat(9)}…`,
    ]);
  });

  it("are told in UTC and from a moment", () => {
    expect(clockTime(MOMENTS.alarmAt)).toBe("03:12:40");
    expect(dateTime(MOMENTS.alarmAt)).toBe("2026-11-20 03:12:40 UTC");
    expect([
      offset(MOMENTS.alarmAt, MOMENTS.onsetAt),
      offset(MOMENTS.changeAt, MOMENTS.onsetAt),
      offset(MOMENTS.onsetAt, MOMENTS.onsetAt),
    ]).toEqual(["+ 20 s", "− 15 s", "0 s"]);
    expect([clockTime("nonsense"), dateTime("nonsense"), offset("nonsense", MOMENTS.onsetAt)]).toEqual(["nonsense", "nonsense", ""]);
  });
});

describe("the times of an incident", () => {
  it("are detection, reaction and recovery in seconds", () => {
    const { detectionSeconds, reactionSeconds, recoverySeconds } = incidentTimes(anIncident());

    expect({ detectionSeconds, reactionSeconds, recoverySeconds }).toEqual({
      detectionSeconds: 20,
      reactionSeconds: 2.11,
      recoverySeconds: 62.6,
    });
  });

  it("take the first restoring write, not the step that puts the strategy back", () => {
    const record = anIncidentRecord({ progress: aProgress({ stepId: "restore-strategy", appliedAt: MOMENTS.recoveredAt }) });

    expect(incidentTimes(anIncident({ meta: anIncidentMeta({ record }) })).appliedAt).toBe(MOMENTS.appliedAt);
  });

  it("count a write whose answer was lost", () => {
    const lost = anEvent({ at: MOMENTS.appliedAt, type: "plan_step", data: { stepId: "restore-template-1", outcome: "already-applied" } });
    const record = anIncidentRecord({ progress: aProgress({ stepId: "restore-strategy", appliedAt: MOMENTS.recoveredAt }) });

    expect(incidentTimes(anIncident({ events: [lost], meta: anIncidentMeta({ record }) })).appliedAt).toBe(MOMENTS.appliedAt);
  });

  it("know no write in mode observe and no detection for a request", () => {
    expect(incidentTimes(anObservedIncident())).toMatchObject({ appliedAt: null, reactionSeconds: null });
    expect(incidentTimes(anIncident({ meta: anIncidentMeta({ trigger: aManualTrigger() }) })).detectionSeconds).toBeNull();
  });
});

describe("the figures of a signal", () => {
  it("take before and during from the assessment and after from the points since the rollout was stable", () => {
    const figures = signalFigures(anIncident(), aSeries());

    expect(figures).toMatchObject({ before: 120, during: 477.3, breachSide: "above" });
    expect(figures.after).toBeGreaterThan(118);
    expect(figures.after).toBeLessThan(124);
  });

  it("fall back to the points, and to no data", () => {
    const incident = anIncidentWithOnePoint();
    const [series] = incident.series;
    if (series === undefined) throw new Error("the builder lost its series");

    expect(signalFigures(incident, series)).toMatchObject({ before: null, during: 471.5, after: null });
  });
});

describe.each([
  ["light", LIGHT],
  ["dark", DARK],
])("the %s palette", (_name, palette) => {
  it.each(["text", "muted", "good", "bad", "warn", "act", "calm", "line"] as const)("%s can be read on page and raised ground", (role) => {
    expect(contrast(palette[role], palette.page)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette[role], palette.raised)).toBeGreaterThanOrEqual(4.5);
  });
});

/** WCAG 2 contrast ratio of two `#rrggbb` colours. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe("the suspected change", () => {
  it("names the kind of workload on which an earlier run left its strategy", () => {
    const assessment = anAssessment({ change: aChange({ kind: "leftover" }), workload: aWorkloadState({ kind: "DaemonSet" }) });

    expect(whySection(assessment).markup).toContain("left its update strategy on the DaemonSet");
    expect(whySection({ ...assessment, workload: null }).markup).toContain("The workload could not be read, or does not exist.");
  });
});
