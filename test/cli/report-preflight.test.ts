import { describe, expect, it } from "vitest";
import { renderReport } from "../../cli/report/render-report.ts";
import { preflightPart } from "../../cli/report/sections/preflight.ts";
import { planLines } from "../../cli/terminal/render-incident.ts";
import type { Preflight } from "../../functions/domain/preflight.ts";
import { anIncident, aPlan } from "../support/builders/index.ts";

const PREFLIGHT: Preflight = {
  checks: [
    { check: "image", target: "54c7d8f5b9", outcome: "pass", observed: "demo/checkout:v1", fix: "" },
    { check: "headroom", target: null, outcome: "warn", observed: "0 more pods fit", fix: "make room" },
    {
      check: "node headroom",
      target: null,
      outcome: "not-checked",
      observed: "Nodes: not allowed",
      fix: 'add {apiGroups: [""], resources: ["nodes"], verbs: ["list"]}',
    },
  ],
  availability: { maxSurge: "0", maxUnavailable: "2", predictedSeconds: 20, predictedLoss: 2, reason: "no room for one more pod <quota>" },
};

describe("the preflight of a plan", () => {
  it("is told in full by the report: how the rollout goes, every check and what to do", () => {
    const incident = anIncident();
    const { record } = incident.meta;
    const plan = { ...aPlan(), preflight: PREFLIGHT };
    const markup = renderReport({ ...incident, meta: { ...incident.meta, record: record === null ? null : { ...record, plan } } });

    expect(markup).toContain("Surge 0, unavailable 2: about 20 s until all pods are available, at most 2 pods missing.");
    expect(markup).toContain("no room for one more pod &lt;quota&gt;");
    expect(markup.match(/<span class="verdict (pass|warn|not-checked)">\1<\/span>/g)?.length).toBeGreaterThanOrEqual(3);
    expect(markup).toContain("<td>make room</td>");
  });

  it("is left out where nothing was looked at", () => {
    expect(preflightPart(undefined)).toBeNull();
    expect(renderReport(anIncident())).not.toContain("Preflight");
  });

  it("is told by the terminal as far as a person should know: the rollout, and what is not well", () => {
    const lines = planLines({ ...aPlan(), preflight: PREFLIGHT }, 200).join("\n");

    expect(lines).toContain("rollout: Surge 0, unavailable 2");
    expect(lines).toContain("preflight warn: headroom, 0 more pods fit (make room)");
    expect(lines).toContain(
      'preflight not-checked: node headroom, Nodes: not allowed (add {apiGroups: [""], resources: ["nodes"], verbs: ["list"]})',
    );
    expect(lines).not.toContain("image");
  });
});
