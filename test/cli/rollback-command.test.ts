import { beforeEach, describe, expect, it } from "vitest";
import { CommandError } from "../../cli/command-error.ts";
import { readStartAnswer } from "../../cli/start-answer.ts";
import { type ObservedWorkload, observedWorkload } from "../../functions/domain/release-observation.ts";
import type { Plan } from "../../functions/domain/rollback-document.ts";
import type { WorkloadState } from "../../functions/domain/workload.ts";
import {
  aNotRecoveredIncident,
  anEvent,
  anIncident,
  anOpenIncident,
  aReleaseObservation,
  aScaleObservation,
  aWorkloadState,
  BAD_HASH,
  BAD_IMAGE,
  BAD_REPLICA_SET,
  GOOD_HASH,
  INCIDENT_ID,
  MOMENTS,
} from "../support/builders/index.ts";
import { FakeWorld } from "./fake-command.ts";

const REQUEST = ["rollback", "checkout", "--reason", "customers report slow checkouts"] as const;

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});

const theBadRelease = () =>
  aReleaseObservation({
    templateHash: BAD_HASH,
    replicaSet: BAD_REPLICA_SET,
    image: BAD_IMAGE,
    firstSeenAt: MOMENTS.changeAt,
    liveSince: MOMENTS.changeAt,
    lastSeenAt: MOMENTS.alarmAt,
    verdict: "candidate",
    verdictBy: null,
    scales: [aScaleObservation({ since: MOMENTS.changeAt, lastSeenAt: MOMENTS.alarmAt, healthySince: null, verdict: "candidate" })],
  });

describe("rollguard rollback", () => {
  it("sends the request, follows the incident and ends with 0 when the service recovered", async () => {
    await world.seed(anOpenIncident());
    world.meanwhile = async (pauses) => {
      if (pauses === 2)
        await world.store.append(INCIDENT_ID, [
          anEvent({ id: "z#1", at: MOMENTS.appliedAt, message: "Template of demo/checkout:v1 restored" }),
        ]);
      if (pauses === 4) await world.store.close(anIncident().meta, anEvent({ id: "z#2", message: "checkout recovered" }), []);
    };

    const { code, out, notes } = await world.run(...REQUEST, "--yes");

    expect(world.requests).toEqual([
      { service: "checkout", reason: "customers report slow checkouts", requestedBy: "ada@desk", at: MOMENTS.openedAt },
    ]);
    expect(new Set(world.functions)).toEqual(new Set(["deployed-function"]));
    expect(code).toBe(0);
    expect(notes.split("\n")).toContain("03:12:42 Template of demo/checkout:v1 restored");
    expect(out).toContain("✓ Recovered");
  });

  it("ends with 4 when the service did not recover, and prints one JSON object", async () => {
    await world.seed(aNotRecoveredIncident());

    const { code, out } = await world.run(...REQUEST, "--yes", "--json");

    expect(code).toBe(4);
    expect(JSON.parse(out).meta.outcome).toBe("not-recovered");
  });

  it("does not wait with --no-wait", async () => {
    const { code, out, notes } = await world.run(...REQUEST, "--yes", "--no-wait", "--json");

    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(world.started);
    expect(notes).toContain(`incident ${INCIDENT_ID}`);
  });

  it("follows the open incident that the request joined, and ends with 6: what was asked for was not carried out", async () => {
    await world.seed(anOpenIncident());
    world.started = { incidentId: "inc-checkout-later", execution: "rg-checkout-later" };
    world.meanwhile = async (pauses) => {
      if (pauses === 40) await world.store.close(anIncident().meta, anEvent({ id: "z#2" }), []);
    };

    const { code, notes } = await world.run(...REQUEST, "--yes");

    expect(code).toBe(6);
    expect(notes).toContain(`The request joined the open incident ${INCIDENT_ID}`);
    expect(notes).toContain(
      `The rollback of checkout was not carried out: the request joined incident ${INCIDENT_ID}, which ended recovered`,
    );
  });

  it("ends with 1 when no incident is ever opened, and when it never ends", async () => {
    const never = await world.run(...REQUEST, "--yes");
    await world.seed(anOpenIncident());
    const endless = await world.run(...REQUEST, "--yes");

    expect([never.code, endless.code]).toEqual([1, 1]);
    expect(never.notes).toContain("was not opened within 30 s. Look at the execution in the Step Functions console.");
    expect(endless.notes).toContain("is still open after an hour");
  });

  describe("asks first", () => {
    it("and starts on a yes", async () => {
      world.answer = "Y";
      await world.seed(anIncident());

      const { code } = await world.run(...REQUEST);

      expect(code).toBe(0);
      expect(world.asked).toEqual(["Roll checkout back to its last good release? [y/N] "]);
      expect(world.requests).toHaveLength(1);
    });

    it.each(["", "n", "yess", "nope"])("and starts nothing on %j", async (answer) => {
      world.answer = answer;

      expect(await world.run(...REQUEST)).toMatchObject({
        code: 2,
        notes: expect.stringContaining("error: Not confirmed: nothing was started."),
      });
      expect(world.requests).toEqual([]);
    });

    it("and where nobody can answer, needs --yes or ROLLBACK_CONFIRM=yes", async () => {
      const refused = await world.run(...REQUEST);
      world.environment = { ROLLBACK_CONFIRM: "yes" };
      const accepted = await world.run(...REQUEST, "--no-wait");

      expect(refused).toMatchObject({ code: 2, out: "" });
      expect(refused.notes).toContain("Add --yes or set ROLLBACK_CONFIRM=yes");
      expect(accepted.code).toBe(0);
      expect(world.requests).toHaveLength(1);
    });
  });

  it.each([
    [["rollback", "checkout", "--yes"], "required option '-r, --reason <text>' not specified"],
    [["rollback", "checkout", "--yes", "--reason", "  "], "Expected a reason that others will understand"],
    [["rollback", "--reason", "x", "--yes"], "missing required argument 'service'"],
  ])("refuses %j", async (argv, sentence) => {
    const { code, notes } = await world.run(...argv);

    expect(code).toBe(2);
    expect(notes).toContain(sentence);
    expect(world.requests).toEqual([]);
  });
});

describe("rollguard rollback --dry-run", () => {
  it("prints the target from the ledger and starts nothing", async () => {
    world.ledger.seed(aReleaseObservation(), theBadRelease());

    const { code, out } = await world.run(...REQUEST, "--dry-run");

    expect(code).toBe(0);
    expect(out).toContain("Would take the last deploy back: checkout runs demo/checkout:v2-slow since 2026-11-20 03:12:05 UTC");
    expect(out).toContain("1. back to demo/checkout:v1 (checkout-6d4b75cb6d)");
    expect(out).toContain("Nothing was started.");
    expect(world.requests).toEqual([]);
  });

  describe("plans for the workload's own kind, as it was observed", () => {
    const state = (overrides: Partial<WorkloadState> = {}) => observedWorkload("shop", aWorkloadState(overrides));
    async function steps(workload: ObservedWorkload) {
      world.ledger.seed(aReleaseObservation({ workload }), { ...theBadRelease(), workload });
      const { plan } = JSON.parse((await world.run(...REQUEST, "--dry-run", "--json")).out) as { plan: Plan };
      return plan.steps.map(({ kind }) => kind);
    }
    const argo = { phase: "Paused", message: null, aborted: false, stableHash: GOOD_HASH, workloadRef: null, rollbackWindow: null };

    it.each([
      ["an ordered StatefulSet", state({ kind: "StatefulSet", podManagement: "OrderedReady" }), ["restore-template", "replace-pods"]],
      ["a DaemonSet with OnDelete", state({ kind: "DaemonSet", onDelete: true }), ["restore-template", "replace-pods"]],
      ["a Rollout half-way through its steps", state({ kind: "Rollout", argo }), ["abort-rollout", "restore-template"]],
      ["a Deployment", state(), ["restore-template", "relax-rollout"]],
    ])("%s", async (_what, workload, first) => {
      expect((await steps(workload)).slice(0, 2)).toEqual(first);
    });

    it("says that it assumes a Deployment where the ledger does not know better", async () => {
      world.ledger.seed(aReleaseObservation(), theBadRelease());
      const assumed = "this is the plan for a Deployment";
      const before = (await world.run(...REQUEST, "--dry-run")).out;
      world.ledger.seed({ ...theBadRelease(), workload: state() });

      expect(before).toContain(assumed);
      expect((await world.run(...REQUEST, "--dry-run")).out).not.toContain(assumed);
    });

    it("refuses Flagger's primary and names the target of the Canary", async () => {
      const primary = observedWorkload("checkout-primary", aWorkloadState({ flagger: "primary" }));
      world.ledger.seed(aReleaseObservation({ workload: primary }), { ...theBadRelease(), workload: primary });

      const { out } = await world.run(...REQUEST, "--dry-run");

      expect(out).toContain("Nothing could be rolled back");
      expect(out).toContain("name the target of the Canary, checkout, in spec.target of the blueprint instead");
      expect(out).not.toContain("1. back to");
    });
  });

  it("takes a scale back when that is the last change", async () => {
    const scales = [
      aScaleObservation({ replicas: 3, lastSeenAt: "2026-11-20T03:00:00.000Z" }),
      aScaleObservation({ replicas: 2, since: "2026-11-20T03:05:00.000Z", healthySince: null, verdict: "candidate" }),
    ];
    world.ledger.seed(aReleaseObservation({ scales }));

    const { out } = await world.run(...REQUEST, "--dry-run");

    expect(out).toContain("Would take the last scale back");
    expect(out).toContain("1. back to 3 replicas");
  });

  it("says why nothing could be rolled back", async () => {
    world.ledger.seed(aReleaseObservation({ verdict: "bad" }), theBadRelease());

    const { code, out } = await world.run(...REQUEST, "--dry-run");

    expect(code).toBe(0);
    expect(out).toContain("Nothing could be rolled back");
    expect(out).toContain("denied by rule target: no earlier release was observed good long enough (checkout-6d4b75cb6d: bad)");
  });

  it("says that the switch is off", async () => {
    world.ledger.seed(aReleaseObservation(), theBadRelease());
    await world.store.writeSwitch({ state: "off", by: "ada", reason: "load test", at: MOMENTS.openedAt });

    expect((await world.run(...REQUEST, "--dry-run")).out).toContain("denied by rule switch: off (needed: armed)");
  });

  it("prints the plan as one JSON object", async () => {
    world.ledger.seed(aReleaseObservation(), theBadRelease());

    const { out } = await world.run(...REQUEST, "--dry-run", "--json");

    expect(JSON.parse(out)).toMatchObject({
      change: { kind: "deploy", toHash: BAD_HASH },
      plan: {
        steps: [{ kind: "restore-template" }, { kind: "relax-rollout" }, { kind: "restore-strategy" }, { kind: "quarantine-replica-set" }],
      },
    });
  });

  it("ends with 3 for a service that was never observed", async () => {
    const { code, notes } = await world.run("rollback", "chekout", "--reason", "x", "--dry-run");

    expect(code).toBe(3);
    expect(notes).toContain("Nothing was observed of a service chekout yet");
  });
});

describe("the answer of start-rollback", () => {
  it("is the incident that was started", () => {
    const answer = { outcome: "started", service: "checkout", ...new FakeWorld().started };

    expect(readStartAnswer(false, JSON.stringify(answer))).toEqual(new FakeWorld().started);
  });

  it.each([
    [
      true,
      { errorType: "BlueprintNotFoundError", errorMessage: "no blueprint is deployed for service chekout; deployed: checkout" },
      3,
      "deployed: checkout.",
    ],
    [
      true,
      { errorType: "Runtime.HandlerError", errorMessage: "no blueprint is deployed for service chekout; deployed: checkout" },
      3,
      "deployed: checkout.",
    ],
    [true, { errorType: "InvalidInputError", errorMessage: "this is no manual request: reason: too long" }, 2, "reason: too long."],
    [
      true,
      { errorType: "PermissionError", errorMessage: "states:StartExecution was refused" },
      1,
      "start-rollback failed: states:StartExecution was refused.",
    ],
    [false, { ignored: "not for us" }, 1, "an answer of another shape"],
    [false, "nonsense", 1, "an answer of another shape"],
  ])("%s %j becomes exit code %d", (failed, answer, exitCode, sentence) => {
    const read = () => readStartAnswer(failed, typeof answer === "string" ? answer : JSON.stringify(answer));

    expect(read).toThrow(CommandError);
    expect(read).toThrow(expect.objectContaining({ exitCode, message: expect.stringContaining(sentence) }));
  });
});
