import { describe, expect, it } from "vitest";
import type { AuthoredTrigger } from "../../functions/domain/blueprint-authored-trigger.ts";
import { FINDING_PRESET } from "../../functions/domain/trigger-preset-names.ts";
import { anAuthoredBlueprint, compiled } from "../blueprints/authored-blueprint.ts";

describe("security findings", () => {
  const findingsOf = (...triggers: AuthoredTrigger[]) => compiled(anAuthoredBlueprint({ triggers }));

  it("are a policy and no alarm: every source, from high on, observed", () => {
    expect(findingsOf({ preset: FINDING_PRESET }).blueprint).toMatchObject({
      triggers: [],
      findings: {
        sources: ["guardduty", "inspector", "security-hub"],
        minimumSeverity: "high",
        preset: FINDING_PRESET,
        mode: "observe",
        modeReason: "preset security-finding: compare rollguard incidents --observed before arming",
      },
    });
  });

  it("are taken from the sources and severity that are written", () => {
    const written: AuthoredTrigger = {
      preset: FINDING_PRESET,
      sources: ["inspector", "guardduty"],
      minimum_severity: "critical",
      mode: "auto",
    };

    expect(findingsOf(written).blueprint?.findings).toEqual({
      sources: ["guardduty", "inspector"],
      minimumSeverity: "critical",
      preset: FINDING_PRESET,
      mode: "auto",
    });
  });

  it("are not there unless they are written", () => {
    expect(compiled(anAuthoredBlueprint()).blueprint).not.toHaveProperty("findings");
  });

  it.each<{ given: AuthoredTrigger[]; problem: string }>([
    {
      given: [{ preset: FINDING_PRESET, signal: "error_rate" }],
      problem: "spec.triggers.0.signal: signal belongs to an alarm, and preset security-finding has none",
    },
    {
      given: [{ preset: FINDING_PRESET }, { preset: FINDING_PRESET }],
      problem: "spec.triggers.1.preset: findings have a policy already",
    },
    {
      given: [{ preset: "error-rate-slo", minimum_severity: "low" }],
      problem: "spec.triggers.0.minimum_severity: minimum_severity is of findings, and this trigger watches a signal",
    },
    {
      given: [{ preset: "error-rate-slo", sources: ["guardduty"] }],
      problem: "spec.triggers.0.sources: sources is of findings, and this trigger watches a signal",
    },
  ])("refuse $given", ({ given, problem }) => {
    expect(findingsOf(...given).problems.map(({ path, message }) => `${path.join(".")}: ${message}`)).toEqual([problem]);
  });
});
