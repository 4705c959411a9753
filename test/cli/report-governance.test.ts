import { describe, expect, it } from "vitest";
import { planSection } from "../../cli/report/sections/plan.ts";
import { planLines } from "../../cli/terminal/render-incident.ts";
import { aGovernance, anIncident, anIncidentMeta, aPlan } from "../support/builders/index.ts";

const governance = aGovernance({
  verdict: "denied",
  rule: "attempts",
  checks: [
    { rule: "switch", outcome: "pass", observed: "armed", limit: "armed" },
    { rule: "cooldown", outcome: "fail", observed: "10 m after", limit: "30 m after", until: "2026-11-20T03:32:41.000Z" },
    { rule: "attempts", outcome: "fail", observed: "the last 3 rollbacks failed", limit: "no ping-pong" },
  ],
});
const plan = aPlan({ governance, steps: [] });

describe("the verdict of governance", () => {
  it("in a terminal names the rule that decided, the others that failed, and until when", () => {
    expect(planLines(plan, 200).map((line) => line.trim())).toEqual([
      "rule cooldown fails too: 10 m after (needed: 30 m after, until 2026-11-20 03:32:41 UTC)",
      "denied by rule attempts: the last 3 rollbacks failed (needed: no ping-pong)",
    ]);
  });

  it("in the report says until when a rule says so, and nothing where time does not heal it", () => {
    const meta = anIncidentMeta();
    const record = meta.record === null ? null : { ...meta.record, plan };
    const { markup } = planSection(anIncident({ meta: { ...meta, record } }));

    expect(markup).toContain("30 m after, until 2026-11-20 03:32:41 UTC");
    expect(markup).toContain("<td>no ping-pong</td>");
  });
});
