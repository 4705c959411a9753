import { describe, expect, it } from "vitest";
import { renderReport } from "../../cli/report/render-report.ts";
import type { Incident } from "../../functions/domain/incident.ts";
import {
  aDeniedManualIncident,
  aFailedIncident,
  aHostileIncident,
  aNotRecoveredIncident,
  anEscalatedIncident,
  anIncident,
  anIncidentWithManyPoints,
  anIncidentWithOnePoint,
  anObservedIncident,
  anOpenIncident,
  aSeries,
  INCIDENT_VARIANTS,
  MOMENTS,
} from "../support/builders/index.ts";
import { drawnPoints, embeddedRecord, visibleText } from "./drawn-points.ts";

const recordedPoints = (incident: Incident) =>
  incident.series.flatMap(({ signal, points }) => points.map(({ at, value }) => ({ signal, at, value })));
const variants = Object.entries(INCIDENT_VARIANTS);

describe("every kind of incident", () => {
  it.each(variants)("%s: the drawn points are the points of the record, exactly", (_name, build) => {
    const drawn = drawnPoints(renderReport(build())).map(({ signal, at, value }) => ({ signal, at, value }));

    expect(drawn).toEqual(recordedPoints(build()));
  });

  it.each(variants)("%s: the embedded record is the incident", (_name, build) => {
    expect(embeddedRecord(renderReport(build()))).toEqual(JSON.parse(JSON.stringify(build())));
  });

  it.each(variants)("%s: is one file that loads nothing and runs nothing", (_name, build) => {
    const page = renderReport(build());
    const scripts = [...page.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
    const tags = tagsOf(page);

    expect(scripts).toEqual(['<script type="application/json" id="record">']);
    expect(tags.filter((tag) => /^<(img|iframe|object|embed|form|audio|video|use|image)\b/.test(tag))).toEqual([]);
    expect(tags.filter((tag) => tag.startsWith("<link"))).toEqual(['<link rel="icon" href="data:,">']);
    expect(tags.filter((tag) => / on[a-z]+=|javascript:/.test(tag.replace(/"[^"]*"/g, "")))).toEqual([]);
    expect(page.match(/url\(|@import/g) ?? []).toEqual([]);
    expect(page).toContain("default-src 'none'");
  });

  it.each(variants)("%s: has one h1, no skipped heading level, and a title and description on every chart", (_name, build) => {
    const page = renderReport(build());
    const levels = [...page.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    const charts = [...page.matchAll(/role="img" aria-labelledby="(\S+) (\S+)"/g)];

    expect(levels.filter((level) => level === 1)).toEqual([1]);
    expect(levels.every((level, index) => index === 0 || level <= (levels[index - 1] ?? 0) + 1)).toBe(true);
    for (const [, title, description] of charts) {
      expect(page).toContain(`<title id="${title}">`);
      expect(page).toContain(`<desc id="${description}">`);
    }
    expect(charts).toHaveLength(build().series.filter(({ points }) => points.length > 0).length);
  });

  it.each(variants)("%s: opens and closes its elements in order", (_name, build) => {
    expect(unbalanced(renderReport(build()))).toEqual([]);
  });
});

describe("the drawing", () => {
  it("places each point by its time and value", () => {
    const points = drawnPoints(renderReport(anIncident())).filter(({ signal }) => signal === "latency_p95");
    const [first, second] = points;
    const span = Date.parse(MOMENTS.seriesTo) - Date.parse(MOMENTS.seriesFrom);
    if (first === undefined || second === undefined) throw new Error("no points were drawn");

    for (const { at, value, x, y } of points) {
      expect(x).toBeCloseTo(((Date.parse(at) - Date.parse(MOMENTS.seriesFrom)) / span) * 100, 2);
      expect(y).toBeCloseTo(190 * (1 - value / 600), 1);
    }
  });

  it("marks the points on the wrong side of the threshold, above or below", () => {
    const above = drawnPoints(renderReport(anIncident())).filter(({ breaching }) => breaching);
    const below = drawnPoints(renderReport(anIncidentWithManyPoints())).filter(({ breaching }) => breaching);

    expect(above.map(({ value }) => value >= 200)).toEqual([true, true, true, true]);
    expect(below).toHaveLength(20);
    expect(below.every(({ value }) => value < 90)).toBe(true);
  });

  it("does not connect points across missing data", () => {
    const [, ...lines] = renderReport(anIncidentWithManyPoints()).split('<polyline class="line"');

    expect(lines).toHaveLength(2);
  });

  it("says so where there is no point and where there is no series", () => {
    expect(visibleText(renderReport(anIncidentWithOnePoint()))).toContain("CloudWatch had no point of this signal");
    expect(visibleText(renderReport(aFailedIncident()))).toContain("No series was recorded");
  });

  it("lists marks that lie outside the chart in words", () => {
    expect(visibleText(renderReport(anIncidentWithOnePoint()))).toContain("Outside this chart: 1 change");
  });

  it("survives values that leave no room for a scale", () => {
    const flat = { threshold: null, points: [{ at: MOMENTS.onsetAt, value: 0 }] };
    const negative = { threshold: 0, points: [-5, 5].map((value, index) => ({ at: `2026-11-20T03:12:${index}0.000Z`, value })) };

    for (const series of [aSeries(flat), aSeries(negative)]) {
      const page = renderReport(anIncident({ series: [series] }));
      expect(page.match(/NaN|Infinity|undefined/g) ?? []).toEqual([]);
      expect(drawnPoints(page)).toHaveLength(series.points.length);
    }
  });
});

describe("what a reader is told", () => {
  it.each([
    [
      "recovered",
      anIncident,
      [
        "Recovered",
        "Nothing now. Fix demo/checkout:v2-slow",
        "20 s onset to alarm",
        "2.1 s alarm to accepted write",
        "62.6 s onset to verified recovery",
      ],
    ],
    [
      "escalated",
      anEscalatedIncident,
      [
        "Escalated to a person",
        "Act now",
        "Rollguard wrote nothing to the cluster",
        "No plan was made",
        "Suspected change None.",
        "nothing written",
      ],
    ],
    [
      "not recovered",
      aNotRecoveredIncident,
      ["Not recovered", "Act now", "Rollguard did write to the cluster", "279% increase", "inconclusive", "not verified"],
    ],
    ["failed", aFailedIncident, ["The run failed", "What failed in the run", "PermissionError", "missing verb get"]],
    ["observed", anObservedIncident, ["Observed, nothing changed", "What would have been done", "Mode observe: nothing was written"]],
    [
      "denied",
      aDeniedManualIncident,
      [
        "by request",
        "Asked for by arn:aws:iam::000000000000:user/ada",
        "Denied by rule target",
        "not-checked",
        "CrashLoopBackOff, 2 pods",
        "strong evidence for the change",
      ],
    ],
    ["open", anOpenIncident, ["Still running", "Wait, or watch"]],
  ])("%s", (_name, build, sentences) => {
    const text = visibleText(renderReport(build()));

    for (const sentence of sentences) expect(text).toContain(sentence);
  });

  it("tells assessment, governance, checks and recommendations in full", () => {
    const { meta } = anIncident();
    const text = visibleText(renderReport(anIncident()));

    for (const reason of meta.record?.assessment?.reasons ?? []) expect(text).toContain(reason);
    for (const { rule, observed, limit } of meta.record?.plan?.governance.checks ?? [])
      expect(text).toContain(`${rule} pass ${observed} ${limit}`);
    for (const { check, expected, actual } of meta.record?.verification?.checks ?? [])
      expect(text).toContain(`${check} critical ${expected} ${actual}`);
    for (const { action } of meta.record?.diagnosis?.recommendations ?? []) expect(text).toContain(action);
    for (const { message } of anIncident().events) expect(text).toContain(message);
  });
});

describe("text from outside", () => {
  it("is shown and never becomes markup", () => {
    const page = renderReport(aHostileIncident());

    expect(page.match(/<img|<b><\/script>|onerror="/g) ?? []).toEqual([]);
    expect(page.match(/<\/script>/g)).toHaveLength(1);
    expect(visibleText(page).includes("<img src=x onerror=")).toBe(true);
  });

  it("is kept whole, however long", () => {
    expect(visibleText(renderReport(aHostileIncident())).includes("checkout-with-a-very-long-name-".repeat(30))).toBe(true);
  });
});

/** Every start tag outside the style sheet and the embedded record. */
function tagsOf(page: string): string[] {
  const body = page.replace(/<style>[\s\S]*?<\/style>/, "").replace(/<script type="application\/json"[\s\S]*?<\/script>/, "");
  return [...body.matchAll(/<[a-z](?:"[^"]*"|[^>"])*>/g)].map(([tag]) => tag);
}

/** Names of elements that are closed in the wrong order or not at all. */
function unbalanced(page: string): string[] {
  const VOID = new Set(["meta", "link", "br", "img", "hr", "input"]);
  const open: string[] = [];
  const wrong: string[] = [];
  const body = page.replace(/<style>[\s\S]*?<\/style>/, "").replace(/<script type="application\/json"[\s\S]*?<\/script>/, "");
  for (const [, close, name = "", selfClosed] of body.matchAll(/<(\/?)([a-z][a-z0-9]*)(?:\s(?:"[^"]*"|[^>"])*?)?(\/?)>/g)) {
    if (VOID.has(name) || selfClosed === "/") continue;
    if (close !== "/") open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
}
