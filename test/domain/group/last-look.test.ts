import { describe, expect, it } from "vitest";
import { unseenAlarms } from "../../../functions/domain/conclusion/outcome.ts";
import type { RollbackDocument } from "../../../functions/domain/rollback-document.ts";
import { secondsAfter } from "../../../functions/domain/time.ts";
import { anAssessment, anOpening, aRollbackInput, aVerification, MOMENTS } from "../../support/builders/index.ts";
import { aFleetBlueprint, alarmsOf } from "../../support/machine/fleet-scene.ts";

const alarmOf = (service: string) => alarmsOf(service)[0] ?? "";
const openingOf = (name: string) => anOpening({ blueprint: aFleetBlueprint({ name, group: "shop" }) });
const joinedOf = (alarmName: string, at: string) => [{ alarmName, at, reason: "threshold crossed" }];
const assessment = anAssessment();
/** When the run had not looked at anything yet. */
const EARLY = secondsAfter(assessment.assessedAt, -30);

/** Group shop: the incident has api and web, another one has db. */
function documentOf(): RollbackDocument {
  const input = aRollbackInput();
  const lanes = { db: { left: "skipped", reason: "incident inc-other works on it" } as const, web: openingOf("web") };
  return {
    ...{ ...input, trigger: { ...input.trigger, service: "api" } },
    opening: { ...openingOf("api"), group: { name: "shop", fence: 1, layers: [["api", "db", "web"]] }, lanes },
    assessment,
    verification: aVerification({ next: "recovered", recoveredAt: MOMENTS.recoveredAt }),
  };
}

describe("an alarm that joined a group", () => {
  it.each(["recovered", "stand-down"] as const)("was seen by nobody when its member is another incident's (%s)", (outcome) => {
    expect(unseenAlarms(documentOf(), outcome, joinedOf(alarmOf("db"), EARLY))).toEqual([alarmOf("db")]);
  });

  it.each(["recovered", "stand-down"] as const)("was seen when its member is ours and the look came later (%s)", (outcome) => {
    expect(unseenAlarms(documentOf(), outcome, joinedOf(alarmOf("web"), EARLY))).toEqual([]);
    expect(unseenAlarms(documentOf(), outcome, joinedOf(alarmOf("api"), EARLY))).toEqual([]);
  });

  it("is none where a request joined", () => {
    expect(unseenAlarms(documentOf(), "recovered", joinedOf(`verification:${EARLY}`, EARLY))).toEqual([]);
  });

  it("in a stand-down still counts when it came after the assessment", () => {
    expect(unseenAlarms(documentOf(), "stand-down", joinedOf(alarmOf("web"), secondsAfter(assessment.assessedAt, 5)))).toEqual([
      alarmOf("web"),
    ]);
  });
});
