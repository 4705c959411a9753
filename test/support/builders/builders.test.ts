import { describe, expect, it } from "vitest";
import { BlueprintSchema } from "../../../functions/domain/blueprint.ts";
import { ReleaseObservationSchema } from "../../../functions/domain/release-observation.ts";
import { RollbackDocumentSchema } from "../../../functions/domain/rollback-document.ts";
import { aBlueprint, anIncident, aReleaseObservation, aRollbackDocument, MOMENTS } from "./index.ts";

describe("builders", () => {
  it("build what the schemas accept", () => {
    expect(RollbackDocumentSchema.parse(aRollbackDocument())).toEqual(aRollbackDocument());
    expect(BlueprintSchema.parse(aBlueprint())).toEqual(aBlueprint());
    expect(ReleaseObservationSchema.parse(aReleaseObservation())).toEqual(aReleaseObservation());
  });

  it("tell moments in order and a series that breaches between onset and recovery only", () => {
    const moments = Object.values(MOMENTS).filter((moment) => moment !== MOMENTS.deadlineAt);
    const breaching = anIncident().series[0]?.points.filter((point) => point.value > 200) ?? [];

    expect([...moments].sort()).toEqual(moments);
    expect(breaching.length).toBeGreaterThan(2);
    expect(breaching[0]?.at).toBe(MOMENTS.onsetAt);
    expect(breaching.every((point) => point.at < MOMENTS.recoveredAt)).toBe(true);
  });
});
