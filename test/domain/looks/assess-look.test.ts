import { describe, expect, it } from "vitest";
import { modeOfIncident } from "../../../functions/domain/governance/mode-of-incident.ts";
import { triggerOfLook } from "../../../functions/domain/looks/look-outcome.ts";
import { aBlueprint, aRollbackTrigger, aTrigger } from "../../support/builders/index.ts";
import { aLook } from "../../support/builders/look.ts";

const failed = triggerOfLook(aLook()) ?? aRollbackTrigger();
const looks = (mode: "observe" | "approve" | "auto") => ({ mode, signals: [] });

describe("how far a failed look may go", () => {
  it.each([
    ["auto", "auto", "auto"],
    ["auto", "approve", "approve"],
    ["auto", "observe", "observe"],
    ["approve", "auto", "approve"],
    ["observe", "auto", "observe"],
  ] as const)("a service in %s with looks in %s: %s", (mode, ofLooks, expected) => {
    expect(modeOfIncident(aBlueprint({ mode, looks: looks(ofLooks) }), failed, [])).toBe(expected);
  });

  it("is as far as a red alarm of the same minute may", () => {
    const blueprint = aBlueprint({ mode: "auto", looks: looks("approve"), triggers: [aTrigger()] });
    const red = { alarmName: aTrigger().alarmName, trigger: "latency-p95", state: "ALARM", since: failed.at } as const;

    expect(modeOfIncident(blueprint, failed, [red])).toBe("auto");
  });

  it("is the service's own for another member of its group", () => {
    expect(modeOfIncident(aBlueprint({ service: "search", mode: "auto", looks: looks("observe") }), failed, [])).toBe("auto");
  });
});
