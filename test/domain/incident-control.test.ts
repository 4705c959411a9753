import { describe, expect, it } from "vitest";
import { whyNotAct } from "../../functions/domain/act-decision.ts";
import {
  type IncidentControl,
  isBegun,
  PAUSED_LOOK_SECONDS,
  putsBack,
  RUNS,
  whyControlled,
} from "../../functions/domain/incident-control.ts";
import type { PlanStep } from "../../functions/domain/rollback-document.ts";
import { aConfig } from "../support/builders/index.ts";
import { bad, path, plan, withParts } from "./support/release-plans.ts";

const said = (state: IncidentControl["state"]): IncidentControl => ({
  state,
  by: "ada@desk",
  reason: "not us",
  at: "2026-11-20T03:13:00.000Z",
});
/** Configuration, then template, then replicas, then the strategy. */
const whole = plan({
  live: withParts(bad, { configs: [aConfig({ dataHash: "d2" })], scale: { replicas: 2, owner: null } }),
  workload: { replicas: 2 },
});
const stepOf = (id: string): PlanStep => whole.steps.find((step) => step.id === id) ?? expect.fail(`no step ${id}`);
const after = (stepId: string, outcome: "applied" | "already-applied" | "refused" | "paused" = "applied") => ({ stepId, outcome });

describe("what a person has told a plan", () => {
  it("is nothing as a rule", () => {
    for (const step of whole.steps) expect(whyControlled(RUNS, step, false)).toBeNull();
  });

  it.each(["paused", "aborted"] as const)("%s keeps the next step from being applied, in that person's words", (state) => {
    expect(whyControlled(said(state), stepOf("restore-config-1"), false)).toEqual({
      outcome: state,
      reason: `${state} by ada@desk: not us`,
    });
  });

  it("does not part the configuration, the template and the replicas of one release", () => {
    expect(path(whole.steps)).toEqual(["restore-config-1", "restore-template-1", "restore-scale-1", "restore-strategy"]);

    expect(isBegun(whole, stepOf("restore-template-1"), after("restore-config-1"))).toBe(true);
    expect(isBegun(whole, stepOf("restore-scale-1"), after("restore-template-1", "already-applied"))).toBe(true);
    expect(whyControlled(said("aborted"), stepOf("restore-template-1"), true)).toBeNull();
    expect(whyControlled(said("paused"), stepOf("restore-scale-1"), true)).toBeNull();
  });

  it("does not leave pods that are replaced one by one half replaced", () => {
    const step = { ...stepOf("restore-template-1"), id: "replace-pods-1", kind: "replace-pods" as const };

    expect(isBegun({ steps: [...whole.steps, step] }, step, after("replace-pods-1"))).toBe(true);
  });

  it("parts what has not begun: the first step, one after a step that was not applied, and what cleans up", () => {
    expect(isBegun(whole, stepOf("restore-config-1"), undefined)).toBe(false);
    expect(isBegun(whole, stepOf("restore-template-1"), after("restore-config-1", "refused"))).toBe(false);
    expect(isBegun(whole, stepOf("restore-template-1"), after("restore-template-1", "paused"))).toBe(false);
    expect(isBegun(whole, stepOf("restore-strategy"), after("restore-scale-1"))).toBe(false);
  });

  it("keeps an abort from nothing that gives the workload back as its owner had it", () => {
    const kept = whole.steps.filter(putsBack).map(({ kind }) => kind);

    expect(kept).toEqual(["restore-strategy"]);
    expect(whyControlled(said("aborted"), stepOf("restore-strategy"), false)).toBeNull();
    expect(whyControlled(said("paused"), stepOf("restore-strategy"), false)).toMatchObject({ outcome: "paused" });
  });

  it("comes after the lock, the switch and the age of the incident, and before the mode", () => {
    const facts = {
      leaseRenewed: true,
      switchState: { state: "armed", reason: "" },
      ageSeconds: 10,
      mode: "observe",
      stepId: "x",
    } as const;
    const controlled = { outcome: "aborted", reason: "aborted by ada@desk: not us" } as const;

    expect(whyNotAct({ ...facts, controlled })).toEqual(controlled);
    expect(whyNotAct({ ...facts, controlled, leaseRenewed: false })?.outcome).toBe("lock-lost");
    expect(whyNotAct({ ...facts, controlled, switchState: { state: "off", reason: "x" } })?.outcome).toBe("refused");
    expect(whyNotAct({ ...facts, controlled, ageSeconds: 5 * 3600 })?.outcome).toBe("refused");
  });

  it("is asked for seldom enough that four hours of a pause fit into the history of one execution", () => {
    const eventsOfOneLook = 20;

    expect(((4 * 3600) / PAUSED_LOOK_SECONDS) * eventsOfOneLook).toBeLessThan(25_000 / 2);
  });
});
