import { describe, expect, it } from "vitest";
import { renderReport } from "../../cli/report/render-report.ts";
import { coloursOf } from "../../cli/terminal/colours.ts";
import { renderIncident } from "../../cli/terminal/render-incident.ts";
import type { SecurityFinding } from "../../functions/domain/security-finding.ts";
import { anIncident, anIncidentMeta, aRollbackTrigger, MOMENTS } from "../support/builders/index.ts";
import { BAD_DIGEST } from "../support/builders/release.ts";

const finding: SecurityFinding = {
  id: "arn:aws:inspector2:us-east-1:123456789012:finding/0b1c",
  ...{ source: "inspector", severity: "high", type: "CVE-2024-6119", title: "CVE-2024-6119 - openssl" },
  ...{ firstSeenAt: MOMENTS.onsetAt, imageDigest: BAD_DIGEST },
};
const trigger = aRollbackTrigger({ kind: "finding", source: "aws.inspector2", alarmName: null, alarmArn: null, finding });
const incident = anIncident({ meta: anIncidentMeta({ trigger }) });

describe("an incident of a finding", () => {
  it("names the finding in the terminal", () => {
    const text = renderIncident(incident, { colours: coloursOf(false), columns: 120 });

    expect(text).toContain("finding arn:aws:inspector2:us-east-1:123456789012:finding/0b1c of inspector, first seen");
  });

  it("names the finding and its image in the report, and counts from the finding", () => {
    const page = renderReport(incident);

    expect(page).toContain("<dt>finding</dt><dd>arn:aws:inspector2:us-east-1:123456789012:finding/0b1c, first seen");
    expect(page).toContain(BAD_DIGEST);
    expect(page).toContain("by finding");
    expect(page).toContain("finding to accepted write");
  });
});
