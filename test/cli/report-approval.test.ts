import { describe, expect, it } from "vitest";
import { renderReport } from "../../cli/report/render-report.ts";
import { coloursOf } from "../../cli/terminal/colours.ts";
import { renderIncident } from "../../cli/terminal/render-incident.ts";
import type { Approval } from "../../functions/domain/approval.ts";
import { anIncident, anIncidentMeta, anIncidentRecord, MOMENTS } from "../support/builders/index.ts";

const decided = (state: "approved" | "denied"): Approval => ({
  ...{
    state,
    decidedBy: "ada@desk",
    via: "cli",
    reason: "the <fix> is on its way",
    decidedAt: MOMENTS.assessedAt,
    planHash: "a1b2c3d4e5f6",
  },
});
const incident = (approval?: Approval) =>
  anIncident({ meta: anIncidentMeta({ record: anIncidentRecord(approval === undefined ? {} : { approval }) }) });
const terminal = (approval?: Approval) => renderIncident(incident(approval), { colours: coloursOf(false), columns: 160 });

describe("an approval in what people read", () => {
  it("says who decided, when and why", () => {
    expect(renderReport(incident(decided("approved")))).toContain("The approval was approved by ada@desk: the &lt;fix&gt; is on its way");
    expect(terminal(decided("approved"))).toContain(
      "the approval was approved by ada@desk: the <fix> is on its way (2026-11-20 03:12:41 UTC)",
    );
  });

  it("does not call done what was denied", () => {
    for (const text of [renderReport(incident(decided("denied"))), terminal(decided("denied"))]) {
      expect(text).toContain("What would have been done");
      expect(text).not.toContain("What was done");
    }
    expect(terminal(decided("approved"))).toContain("What was done");
  });

  it("is not spoken of where nobody was asked", () => {
    expect(terminal()).not.toContain("approval");
  });
});
