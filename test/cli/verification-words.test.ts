import { describe, expect, it } from "vitest";
import { verificationSection } from "../../cli/report/sections/verification.ts";
import { analysisOf, analysisRows } from "../../cli/report/verification-words.ts";
import { aCheckResult, anIncidentRecord, aVerification } from "../support/builders/index.ts";

const verification = aVerification({
  recovery: "recovered",
  checks: [
    aCheckResult({ check: "latency_p95", verdict: "pass", measured: { signal: "latency_p95", value: 125 } }),
    aCheckResult({ check: "conversion", verdict: "inconclusive", phase: "business" }),
  ],
});

describe("failure and recovery", () => {
  it("are read from the slices of a record that does not say them", () => {
    const rows = analysisRows(analysisOf(anIncidentRecord({ verification })) ?? expect.fail("no analysis"));

    expect(rows).toContainEqual({ about: "Signal", text: "latency_p95 120 ms → 477.3 ms → 125 ms: recovered" });
    expect(rows).toContainEqual({ about: "Restored", text: "yes" });
    expect(rows.map(({ about }) => about)).toEqual(["Cause", "Impact", "Impact", "Users", "Restored", "Signal", "Recovery"]);
  });

  it("do not claim more than could be judged", () => {
    const record = anIncidentRecord({ verification: { ...verification, unjudged: ["business"] } });

    expect(analysisRows(analysisOf(record) ?? expect.fail("no analysis"))).toContainEqual({
      about: "Restored",
      text: "not everything could be judged",
    });
  });

  it("are nothing where nothing was verified", () => {
    expect(analysisOf(anIncidentRecord({ verification: null }))).toBeNull();
    expect(analysisOf(null)).toBeNull();
  });

  it("stand in the report beside the checks, each with its phase", () => {
    const { markup } = verificationSection(verification, analysisOf(anIncidentRecord({ verification })));

    expect(markup).toContain("Failure and recovery");
    expect(markup).toContain("<small>business</small>");
  });
});
