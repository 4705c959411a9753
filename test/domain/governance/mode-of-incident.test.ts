import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assess } from "../../../functions/domain/assess.ts";
import { MODES, type Mode, type Trigger } from "../../../functions/domain/blueprint.ts";
import { modeOfIncident } from "../../../functions/domain/governance/mode-of-incident.ts";
import { selectStrategy } from "../../../functions/domain/select-strategy.ts";
import { aBlueprint, aManualTrigger, anAssessment, aRollbackTrigger, aTrigger, MOMENTS } from "../../support/builders/index.ts";
import { facts } from "../support/assessment-facts.ts";
import { byHand, checkOf, governed } from "./support.ts";

const OTHER = { name: "error-rate", alarmName: "rollguard-checkout-error-rate", signal: "error_rate" } as const;
const hour = { afterChangeMinutes: 60 };
type Own = Mode | undefined;

/** A service in `mode` whose first trigger opened the incident; the second is red with it. */
function blueprint(mode: Mode, own: Own, other: Own) {
  return aBlueprint({ mode, triggers: [aTrigger({ mode: own }), aTrigger({ ...OTHER, mode: other })] });
}
const red = (...names: readonly string[]) =>
  names.map((alarmName) => ({ alarmName, trigger: alarmName, state: "ALARM" as const, since: MOMENTS.alarmAt }));
const OPENED = aRollbackTrigger().alarmName ?? "";

describe("the mode that counts", () => {
  it.each<[service: Mode, own: Own, other: Own, counts: Mode]>([
    ["auto", undefined, undefined, "auto"],
    ["auto", "approve", undefined, "auto"],
    ["auto", "approve", "approve", "approve"],
    ["auto", "approve", "observe", "approve"],
    ["auto", "auto", "observe", "auto"],
    ["approve", "auto", "auto", "approve"],
    ["approve", undefined, "auto", "approve"],
    ["observe", "auto", "auto", "observe"],
  ])("of a service in %s whose triggers say %s and %s is %s", (service, own, other, counts) => {
    expect(modeOfIncident(blueprint(service, own, other), aRollbackTrigger(), red(OPENED, OTHER.alarmName))).toBe(counts);
  });

  it("heeds no trigger that is not red, and none that was red long before", () => {
    const service = blueprint("auto", "approve", "auto");
    const old = red(OTHER.alarmName).map((alarm) => ({ ...alarm, since: "2026-11-19T00:00:00.000Z" }));

    expect(modeOfIncident(service, aRollbackTrigger(), red(OPENED))).toBe("approve");
    expect(modeOfIncident(service, aRollbackTrigger(), [...red(OPENED), ...old])).toBe("approve");
  });

  it("is the service's own for what a person asked for, and for a member whose alarms are not red", () => {
    const service = blueprint("auto", "approve", "approve");

    expect(modeOfIncident(service, aManualTrigger(), red(OTHER.alarmName))).toBe("auto");
    expect(modeOfIncident(service, aRollbackTrigger({ service: "payments", alarmName: "rollguard-payments-x" }), [])).toBe("auto");
  });

  it("of a finding is that of the findings, unless an alarm that goes further is red too", () => {
    const findings = { sources: ["guardduty" as const], minimumSeverity: "high" as const, mode: "approve" as const };
    const finding = aRollbackTrigger({ kind: "finding", alarmName: null });
    const service = { ...blueprint("auto", "auto", "observe"), findings };

    expect(modeOfIncident(service, finding, [])).toBe("approve");
    expect(modeOfIncident(service, finding, red(OPENED))).toBe("auto");
    expect(modeOfIncident({ ...service, findings: { ...findings, mode: undefined } }, finding, [])).toBe("auto");
  });

  it.each<[string, Partial<Trigger>]>([
    ["is silence", { rule: null, form: { type: "absence" } }],
    ["was not armed when it began", { armed: { afterChangeMinutes: 0 } }],
    ["is a trend that is not confirmed", { form: { type: "trend", limit: 90, withinSeconds: 600 } }],
    ["fired for want of points", { missingData: "breaching" }],
  ])("is not made stronger by a trigger that goes further, is red too and %s", (_what, other) => {
    const service = aBlueprint({ mode: "auto", triggers: [aTrigger({ mode: "approve" }), aTrigger({ ...OTHER, ...other })] });
    const { decision, alarms } = assess(facts({ blueprint: service, alarms: red(OPENED, OTHER.alarmName) }));

    expect(decision).toBe("roll-back");
    expect(modeOfIncident(service, aRollbackTrigger(), alarms)).toBe("approve");
    expect(modeOfIncident(service, aRollbackTrigger({ alarmName: OTHER.alarmName }), alarms)).toBe("approve");
  });

  it("is made stronger by an armed trigger in its time", () => {
    const service = aBlueprint({ mode: "auto", triggers: [aTrigger({ mode: "approve" }), aTrigger({ ...OTHER, armed: hour })] });
    const { alarms } = assess(facts({ blueprint: service, alarms: red(OPENED, OTHER.alarmName) }));

    expect(modeOfIncident(service, aRollbackTrigger(), alarms)).toBe("auto");
  });

  it("where nothing that is red may act is the weakest of what fired", () => {
    const alarms = red(OPENED, OTHER.alarmName).map((alarm) => ({ ...alarm, mayAct: false }));

    expect(modeOfIncident(blueprint("auto", "auto", "approve"), aRollbackTrigger(), alarms)).toBe("approve");
  });

  it("is never stronger than the service's", () => {
    const mode = fc.constantFrom(...MODES);
    const own = fc.option(mode, { nil: undefined });
    fc.assert(
      fc.property(mode, own, own, fc.boolean(), (service, one, other, both) => {
        const alarms = red(OPENED, ...(both ? [OTHER.alarmName] : []));
        const counts = modeOfIncident(blueprint(service, one, other), aRollbackTrigger(), alarms);

        expect(MODES.indexOf(counts)).toBeLessThanOrEqual(MODES.indexOf(service));
      }),
    );
  });
});

describe("a plan", () => {
  const assessment = anAssessment({ alarms: red(OPENED) });

  it("of a trigger in approve asks a person, although the service is auto, and says why", () => {
    const { mode, governance } = selectStrategy(governed({ blueprint: blueprint("auto", "approve", "auto"), assessment }));

    expect(mode).toBe("act");
    expect(governance).toMatchObject({ verdict: "needs-approval", rule: "mode" });
    expect(checkOf(governance, "mode")).toMatchObject({ outcome: "fail", observed: "approve (of what fired; the service is in auto)" });
  });

  it("of a trigger in approve that a person asked for is not asked about again", () => {
    const facts = governed({ blueprint: blueprint("auto", "approve", "auto"), assessment, trigger: byHand() });

    expect(selectStrategy(facts).governance.verdict).toBe("allowed");
  });

  it("writes nothing in a service in observe, whatever its triggers say", () => {
    const { mode, governance } = selectStrategy(governed({ blueprint: blueprint("observe", "auto", "auto"), assessment }));

    expect(mode).toBe("observe");
    expect(checkOf(governance, "mode")).toMatchObject({ outcome: "pass", observed: "observe: nothing is written" });
  });
});
