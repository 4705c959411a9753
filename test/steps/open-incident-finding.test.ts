import { describe, expect, it } from "vitest";
import type { SecurityFinding } from "../../functions/domain/security-finding.ts";
import { openIncident } from "../../functions/steps/open-incident/step.ts";
import { aBlueprint, aRollbackInput, aRollbackTrigger, MOMENTS } from "../support/builders/index.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { fixedClock } from "../support/fakes/fixed-clock.ts";
import { InMemoryIncidentStore } from "../support/fakes/in-memory-incident-store.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";

const finding = (id: string): SecurityFinding => ({
  ...{ id, source: "guardduty", severity: "high", type: "T:Kubernetes/X", title: "x", firstSeenAt: MOMENTS.onsetAt, imageDigest: null },
});
const inputOf = (id: string) =>
  aRollbackInput({
    execution: { name: `rg-checkout-20261120T031340Z-${id.padEnd(12, "a")}` },
    incidentId: `inc-checkout-20261120T031340Z-${id.padEnd(12, "a")}`,
    trigger: aRollbackTrigger({ kind: "finding", alarmName: null, alarmArn: null, finding: finding(id) }),
  });

describe("a finding of a service whose incident is open", () => {
  it("joins it and pages, each finding for itself: the incident may be of another class", async () => {
    const store = new InMemoryIncidentStore();
    const open = openIncident({ blueprints: registryOf(aBlueprint()), store, clock: fixedClock(MOMENTS.openedAt) });
    const first = aRollbackInput();
    await open(first, { logger: silentLogger });

    const joined = [await open(inputOf("f1"), { logger: silentLogger }), await open(inputOf("f2"), { logger: silentLogger })];

    expect(joined.map(({ outcome }) => outcome)).toEqual(["merged", "merged"]);
    const incident = await store.read(first.incidentId);
    expect(incident?.alarms?.map(({ alarmName }) => alarmName)).toEqual(expect.arrayContaining(["finding:f1", "finding:f2"]));
    const pages = incident?.events.filter(({ id, urgency }) => id.includes("joined-finding") && urgency === "page");
    expect(pages).toHaveLength(2);
  });
});
