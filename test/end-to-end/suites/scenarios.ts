import { beforeAll, expect, it } from "vitest";
import type { Incident } from "../../../functions/domain/incident.ts";
import type { ReleaseLedger } from "../../../functions/ports/release-ledger.ts";
import { SCENARIOS } from "../../../local/scenarios/index.ts";
import { runScenario, type ScenarioRun } from "../../../local/scenarios/run-scenario.ts";
import type { Timeline } from "../../../local/scenarios/scenario-timeline.ts";
import { collapsed, STRATEGY_RUNS, statesOf } from "../../support/strategy-runs.ts";
import type { Stage } from "../support/stage.ts";

interface Expected {
  /** Null: no change is to blame. */
  readonly change: object | null;
  readonly execution: object;
  readonly message: object;
}

const rolledBack = (change: object): Expected => ({
  change,
  execution: { status: "SUCCEEDED" },
  message: { urgency: "notice", type: "rollback_verified" },
});

/** What must be true after a scenario beyond what the scenario itself judges. */
const EXPECTED: Readonly<Record<string, Expected>> = {
  "latency-regression": rolledBack({ kind: "deploy", image: "demo/checkout:v2-slow" }),
  "error-rate": rolledBack({ kind: "deploy", image: "demo/payments:v2-errors" }),
  "crash-loop": rolledBack({ kind: "deploy", image: "demo/catalog:v2-crash" }),
  "scale-down": rolledBack({ kind: "scale", fromReplicas: 3, toReplicas: 2 }),
  "error-spike": rolledBack({ kind: "deploy", image: "demo/tickets:v2-errors" }),
  "memory-leak": rolledBack({ kind: "deploy", image: "demo/sessions:v2-leak" }),
  gradual: rolledBack({ kind: "deploy", image: "demo/offers:v2-unloved" }),
  canary: rolledBack({ kind: "deploy", image: "demo/comments:v2-errors" }),
  "not-our-fault": {
    change: null,
    execution: { status: "FAILED", error: "escalated" },
    message: { urgency: "page", type: "incident_closed" },
  },
};

/** All services side by side, played by the demo's own code. They begin when the tests beside them begin; each test waits for the end of its own. */
export function describeScenarios(stage: () => Stage): void {
  const runs = new Map<string, Promise<ScenarioRun>>();
  beforeAll(() => {
    const { target, inbox, transitions } = stage();
    for (const scenario of SCENARIOS) runs.set(scenario.name, runScenario(scenario, { target, inbox, transitions, timeline: silent }));
  });

  const titles = SCENARIOS.map(({ name, summary, service }) => [name, summary, service] as const);
  it.concurrent.each(titles)("%s: %s", async (name, _summary, service) => {
    const { target, executions, inbox } = stage();
    const expected = EXPECTED[name];
    const run = await runs.get(name);
    if (expected === undefined || run === undefined) throw new Error(`nothing is known of scenario ${name}`);

    expect(run.problems).toEqual([]);
    if (run.incident === null) throw new Error(`scenario ${name} led to no incident`);
    const { meta, events, series } = run.incident;
    expect(meta.trigger).toMatchObject({ kind: "alarm", source: "rollguard.alarm-clock", service });
    // Further alarms of the service start executions that join this incident.
    expect((await target.store.list({ service, limit: 10 })).map(({ id }) => id)).toEqual([meta.id]);
    expect(await executions.ended(meta.execution)).toMatchObject(expected.execution);
    expect(await target.store.holder(service)).toBeNull();
    if (expected.change === null) expect(meta.record?.assessment?.change).toBeNull();
    else expect(meta.record?.assessment?.change).toMatchObject(expected.change);
    expect(inbox.about(meta.id)).toContainEqual(expect.objectContaining(expected.message));
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(["incident_opened", "incident_assessed"]));
    expect(series.length).toBeGreaterThan(0);
    const strategy = STRATEGY_RUNS.find(({ scenario }) => scenario === name);
    if (strategy) expect(collapsed(await executions.states(meta.execution))).toEqual(statesOf(strategy));
    expect(await badVerdicts(service, target.ledger)).toEqual(badOf(run.incident));
  });
}

const silent: Timeline = { say: () => undefined, event: () => undefined, heading: () => undefined, line: () => undefined };

/** Template hash, and the replica count where the verdict is about that one. */
type BadVerdict = readonly [templateHash: string, replicas: number | null];

/** What the incident must have marked as bad: the suspected change, and nothing where there is none. */
function badOf({ meta }: Incident): readonly BadVerdict[] {
  const change = meta.record?.assessment?.change;
  if (!change || change.toHash === null) return [];
  return [[change.toHash, change.kind === "scale" ? change.toReplicas : null]];
}

async function badVerdicts(service: string, ledger: ReleaseLedger): Promise<readonly BadVerdict[]> {
  const observations = await ledger.observations(service);
  return observations.flatMap(({ templateHash, verdict, scales }) => [
    ...(verdict === "bad" ? [[templateHash, null] as const] : []),
    ...scales.flatMap((scale) => (scale.verdict === "bad" ? [[templateHash, scale.replicas] as const] : [])),
  ]);
}
