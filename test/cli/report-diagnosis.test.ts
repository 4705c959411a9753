import { describe, expect, it } from "vitest";
import { diagnosisSection } from "../../cli/report/sections/diagnosis.ts";
import { aDiagnosis, aFinding } from "../support/builders/index.ts";

const evidence = {
  findings: [aFinding(), aFinding({ class: "quota", pods: 0, container: null, templateHash: null, detail: "exceeded quota: <team>" })],
  partial: ["log of a: no answer within 1 s"],
  archiveKey: "evidence/checkout/inc-1.json",
};
const text = (...parameters: Parameters<typeof diagnosisSection>) => diagnosisSection(...parameters)?.markup ?? "";

describe("the report's diagnosis", () => {
  it("shows cause, component, what to do, what was found in its own words, and where the rest lies", () => {
    const page = text(aDiagnosis({ component: "container app of Deployment demo/checkout", evidence }), undefined);

    expect(page).toContain("container app of Deployment demo/checkout, confidence high");
    expect(page).toContain("<b>Fix the release before it goes out again</b> <small>high priority</small>");
    expect(page).toContain("Error: exit code 1, 3 restarts");
    expect(page).toContain("3 pods");
    expect(page).toContain("exceeded quota: &lt;team&gt;");
    expect(page).toContain("log of a: no answer within 1 s");
    expect(page).toContain("<code>evidence/checkout/inc-1.json</code>");
  });

  it("shows what the assessment found when the run ended before a diagnosis", () => {
    expect(text(null, evidence)).toContain("What was found</h2>");
    expect(text(null, evidence)).toContain("crash-loop");
  });

  it("prefers the diagnosis' own evidence, which has looked again", () => {
    const page = text(aDiagnosis({ evidence: { ...evidence, findings: [aFinding({ class: "probe" })] } }), evidence);

    expect(page).toContain("probe");
    expect(page).not.toContain("crash-loop");
  });

  it("has no empty table and no empty section", () => {
    const nothing = { findings: [], partial: [], archiveKey: null };

    expect(diagnosisSection(null, nothing)).toBeNull();
    expect(diagnosisSection(null, undefined)).toBeNull();
    expect(text(aDiagnosis(), nothing)).not.toContain("<table");
    expect(text(aDiagnosis(), undefined)).toContain("Likely cause");
  });
});
