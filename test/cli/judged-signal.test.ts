import { describe, expect, it } from "vitest";
import { signalsSection } from "../../cli/report/sections/signals.ts";
import { coloursOf } from "../../cli/terminal/colours.ts";
import { renderIncident } from "../../cli/terminal/render-incident.ts";
import { anAssessment, anIncident, anIncidentMeta, anIncidentRecord } from "../support/builders/index.ts";

const judged = "280ms against 120ms before the change, limit 180ms";
const assessment = anAssessment();
const [latency, ...others] = assessment.signals;
const signals = latency === undefined ? [] : [{ ...latency, judged }, ...others];
const incident = anIncident({ meta: anIncidentMeta({ record: anIncidentRecord({ assessment: { ...assessment, signals } }) }) });

describe("what the judge said of a signal", () => {
  it("stands below its figures in the report, and below no other's", () => {
    expect(signalsSection(incident).markup.split(`<p class="note">Judge: ${judged}.</p>`)).toHaveLength(2);
    expect(signalsSection(anIncident()).markup).not.toContain("Judge:");
  });

  it("stands below its figures in the terminal", () => {
    const told = renderIncident(incident, { colours: coloursOf(false), columns: 100 });

    expect(told).toMatch(new RegExp(`latency_p95: before .*\\n  judge: ${judged}\\n`));
    expect(renderIncident(anIncident(), { colours: coloursOf(false), columns: 100 })).not.toContain("judge:");
  });
});
