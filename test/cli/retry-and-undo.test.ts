import { beforeEach, describe, expect, it } from "vitest";
import type { Incident, IncidentMeta } from "../../functions/domain/incident.ts";
import {
  aChange,
  aNotRecoveredIncident,
  anAssessment,
  anIncident,
  anIncidentRecord,
  anOpenIncident,
  aPlan,
  aRelease,
  aRollbackTrigger,
  aVerification,
  INCIDENT_ID,
} from "../support/builders/index.ts";
import { FakeWorld } from "./fake-command.ts";
import { v0, v1, v2 } from "./support-releases.ts";

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});
const other = (incident: Incident, meta: Partial<IncidentMeta>): Incident => ({ ...incident, meta: { ...incident.meta, ...meta } });

describe("rollguard retry", () => {
  const retry = (...more: string[]) => world.run("retry", INCIDENT_ID, "--reason", "the quota was raised", "--no-wait", ...more);

  it("asks for the same thing again, and says of what it is the repetition", async () => {
    const trigger = aRollbackTrigger({
      kind: "manual",
      reason: "a leak",
      request: { to: "0123456789ab", strategy: "fast", acceptRisk: true },
    });
    await world.seed(other(aNotRecoveredIncident(), { trigger }));
    world.answer = "y";

    const { code } = await retry();

    expect(code).toBe(0);
    expect(world.asked).toEqual([`Try ${INCIDENT_ID} of checkout again (0123456789ab)? [y/N] `]);
    expect(world.requests).toEqual([
      {
        service: "checkout",
        reason: `the quota was raised (again after ${INCIDENT_ID}: a leak)`,
        requestedBy: "ada@desk",
        at: "2026-11-20T03:12:40.820Z",
        to: "0123456789ab",
        strategy: "fast",
        acceptRisk: true,
      },
    ]);
  });

  it("of an alarm's incident is a rollback to wherever the ledger leads by then", async () => {
    await world.seed(aNotRecoveredIncident());

    await retry("--yes");

    expect(world.requests).toEqual([expect.not.objectContaining({ to: expect.anything() })]);
  });

  it.each([
    ["one that recovered", anIncident(), "ended recovered: there is nothing to try again"],
    ["one that is open", anOpenIncident(), "is still open"],
    ["one that mended", other(aNotRecoveredIncident(), { trigger: aRollbackTrigger({ kind: "mend" }) }), "by itself"],
  ])("is refused for %s", async (_what, incident, sentence) => {
    await world.seed(incident);

    expect(await retry("--yes")).toMatchObject({ code: 2, notes: expect.stringContaining(sentence) });
    expect(world.requests).toEqual([]);
  });

  it("is refused while another incident of the service is open", async () => {
    await world.seed(aNotRecoveredIncident());
    await world.seed(other(anOpenIncident(), { id: "inc-checkout-later", execution: "rg-checkout-later" }));

    expect(await retry("--yes")).toMatchObject({ code: 2, notes: expect.stringContaining("inc-checkout-later of checkout is open") });
    expect(await world.run("retry", "inc-none", "--reason", "x", "--yes")).toMatchObject({ code: 3 });
    expect(world.requests).toEqual([]);
  });
});

describe("rollguard undo", () => {
  const bad = { ...v2, verdict: "bad" as const, verdictBy: INCIDENT_ID };
  const back = { ...v1, liveSince: "2026-11-20T03:12:42.110Z", lastSeenAt: "2026-11-20T03:20:00.000Z" };
  const [step, ...steps] = aPlan().steps;
  const target = step?.target == null ? null : { ...step.target, releaseHash: v1.hash };
  const record = anIncidentRecord({
    assessment: anAssessment({ change: aChange({ fromRelease: v1.hash, toRelease: v2.hash }) }),
    plan: aPlan({ steps: step === undefined ? [] : [{ ...step, target }, ...steps] }),
    verification: aVerification({ restoringStepId: step?.id ?? null }),
  });
  const rolledBack = other(anIncident(), { record });
  const undo = (...more: string[]) => world.run("undo", INCIDENT_ID, "--reason", "the provider was down", "--no-wait", ...more);
  const quarantine = (by: string) =>
    world.ledger.writeLedger(
      "checkout",
      { badRelease: null, quarantine: [{ key: "checkout/7c9f8e5d21", service: "checkout", by, at: "" }] },
      by,
    );

  it("goes forward to the release that was rolled back from, bad and quarantined as it is by that incident", async () => {
    await world.seed(rolledBack);
    world.ledger.seedReleases(back, bad);
    quarantine(INCIDENT_ID);
    world.answer = "y";

    const { code, notes } = await undo();

    expect(code).toBe(0);
    expect(notes).toContain("goes to  demo/checkout:v2-slow  release ffee00112233, bad by inc-checkout");
    expect(world.asked).toEqual([`Undo ${INCIDENT_ID}: put checkout forward to release ffee00112233 again? [y/N] `]);
    expect(world.requests).toEqual([
      expect.objectContaining({ to: "ffee00112233", undoes: INCIDENT_ID, acceptRisk: true, reason: "the provider was down" }),
    ]);
  });

  it("asks for the service's name when something else speaks against that release, too", async () => {
    await world.seed(rolledBack);
    world.ledger.seedReleases(back, bad);
    quarantine("inc-payments-other");

    const refused = await undo("--yes");
    const accepted = await undo("--yes", "--accept-risk");

    expect(refused).toMatchObject({
      code: 2,
      notes: expect.stringContaining("which is quarantined. Whoever wants it all the same adds --accept-risk."),
    });
    expect(accepted.code).toBe(0);
    expect(world.requests).toHaveLength(1);
  });

  it.each([
    [
      "the service runs another release by now",
      [back, bad, { ...v0(), lastSeenAt: "2026-11-21T00:00:00.000Z" }],
      "checkout has moved on since",
    ],
    [
      "the release is live again",
      [back, { ...bad, lastSeenAt: "2026-11-21T00:00:00.000Z" }],
      "is live again, or the rollback was not observed yet",
    ],
    ["the release is no longer known", [back], "is no longer in the ledger"],
  ])("is refused when %s", async (_what, releases, sentence) => {
    await world.seed(rolledBack);
    world.ledger.seedReleases(...releases);

    expect(await undo("--yes")).toMatchObject({ code: 2, notes: expect.stringContaining(sentence) });
    expect(world.requests).toEqual([]);
  });

  it("is refused for what rolled nothing back, has not ended, or is not alone", async () => {
    await world.seed(other(anIncident(), { record: anIncidentRecord({ plan: aPlan({ mode: "observe" }) }) }));
    world.ledger.seedReleases(back, bad);
    const observed = await undo("--yes");
    await world.seed(other(rolledBack, { id: "inc-checkout-2", execution: "rg-checkout-2" }));
    await world.seed(other(anOpenIncident(), { id: "inc-checkout-3", execution: "rg-checkout-3" }));
    const beside = await world.run("undo", "inc-checkout-2", "--reason", "x", "--yes");
    const open = await world.run("undo", "inc-checkout-3", "--reason", "x", "--yes");

    expect(observed.notes).toContain("brought no earlier release back, so there is nothing to undo");
    expect(beside.notes).toContain("inc-checkout-3 of checkout is open");
    expect(open.notes).toContain("is still open");
    expect([observed.code, beside.code, open.code]).toEqual([2, 2, 2]);
    expect(world.requests).toEqual([]);
  });

  it("takes the release with images by digest for the one that it brought back", async () => {
    const pinned =
      target === null
        ? null
        : { ...target, releaseHash: null, templateHash: "unknown", images: { app: `demo/checkout@${v1.parts.images[0]?.digest}` } };
    const plan = aPlan({ steps: step === undefined ? [] : [{ ...step, target: pinned }, ...steps] });
    await world.seed(other(rolledBack, { record: { ...record, plan } }));
    world.ledger.seedReleases(aRelease({ ...back, hash: "cafe00cafe00", parts: { ...back.parts, templateHash: "another" } }), bad);

    expect((await undo("--yes")).code).toBe(0);
  });
});
