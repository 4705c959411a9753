import { describe, expect, it } from "vitest";
import type { FindingPolicy, Target } from "../../../functions/domain/blueprint.ts";
import { triggerWarnings } from "../../../functions/domain/trigger-warnings.ts";
import { aBlueprint, aTarget } from "../../support/builders/blueprint.ts";

const findings: FindingPolicy = { sources: ["guardduty"], minimumSeverity: "high" };
const warned = (target: Partial<Target>, wanted: FindingPolicy | undefined = findings) =>
  triggerWarnings(aBlueprint({ findings: wanted, target: aTarget(target) }), "2026-11-27").filter(({ fix }) => fix.includes("EventBridge"));

describe("findings of a cluster elsewhere", () => {
  it.each<[string, Partial<Target>]>([
    ["region eu-west-1", { region: "eu-west-1" }],
    ["account 999999999999", { roleArn: "arn:aws:iam::999999999999:role/rollguard" }],
    ["account 999999999999, region eu-west-1", { region: "eu-west-1", roleArn: "arn:aws:iam::999999999999:role/rollguard" }],
  ])("are warned of, since they do not arrive by themselves: %s", (where, target) => {
    expect(warned(target)).toEqual([
      {
        trigger: "security-finding",
        message: `its cluster is in ${where}, and findings go to the event bus of their own account and region: where Rollguard is deployed elsewhere, none arrives`,
        fix: expect.stringContaining("docs/security-findings.md"),
      },
    ]);
  });

  it("are not warned of where the cluster is here, or nobody wants findings", () => {
    const elsewhere = aBlueprint({ target: aTarget({ region: "eu-west-1" }) });

    expect(warned({})).toEqual([]);
    expect(triggerWarnings(elsewhere, "2026-11-27").filter(({ trigger }) => trigger === "security-finding")).toEqual([]);
  });
});
