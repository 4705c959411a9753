import { sha256Hex } from "../../../functions/adapters/aws/sha256-hex.ts";
import type { Blueprint } from "../../../functions/domain/blueprint.ts";
import type { EvidenceBundle } from "../../../functions/domain/diagnosis/evidence-bundle.ts";
import type { GitopsState } from "../../../functions/domain/gitops.ts";
import type { ReleaseObservation } from "../../../functions/domain/release-observation.ts";
import type { RollbackInput } from "../../../functions/domain/rollback-document.ts";
import type { WorkloadState } from "../../../functions/domain/workload.ts";
import { aBlueprint, aReleaseObservation, aRollbackInput, aWorkloadState, BAD_HASH, MOMENTS } from "../builders/index.ts";
import { FakeClusterActions } from "../fakes/fake-cluster-actions.ts";
import { FakeEvidence } from "../fakes/fake-evidence.ts";
import { FakeGitops } from "../fakes/fake-gitops.ts";
import { FakeHooks } from "../fakes/fake-hooks.ts";
import { FakeMetricSource } from "../fakes/fake-metric-source.ts";
import { FakePreflight } from "../fakes/fake-preflight.ts";
import { registryOf } from "../fakes/fake-registry.ts";
import { FakeSeal, FakeSnapshots } from "../fakes/fake-snapshots.ts";
import { FakeSurroundings } from "../fakes/fake-surroundings.ts";
import { FakeWaitingRun } from "../fakes/fake-waiting-run.ts";
import { FakeWorkload } from "../fakes/fake-workload.ts";
import { fixedClock } from "../fakes/fixed-clock.ts";
import { InMemoryApprovals } from "../fakes/in-memory-approvals.ts";
import { InMemoryArchive } from "../fakes/in-memory-archive.ts";
import { InMemoryBaselines } from "../fakes/in-memory-baselines.ts";
import { InMemoryControls } from "../fakes/in-memory-controls.ts";
import { InMemoryIncidentStore } from "../fakes/in-memory-incident-store.ts";
import { FakeImageFindings, InMemoryKnownFindings } from "../fakes/in-memory-known-findings.ts";
import { InMemoryReleaseLedger } from "../fakes/in-memory-release-ledger.ts";

export interface SceneOptions {
  readonly blueprint?: Blueprint;
  readonly workload?: WorkloadState | null;
  readonly observations?: readonly ReleaseObservation[];
  readonly input?: RollbackInput;
  /** What is read of the workload's owner. @default a problem */
  readonly gitops?: GitopsState | { readonly problem: string };
  /** What the evidence shows while the incident is assessed. @default nothing */
  readonly evidence?: Partial<EvidenceBundle>;
  /** Whether the signals are fine again once the bad template is gone. @default true */
  readonly recovers?: boolean;
}

/** The night of the latency regression: v2-slow is live, its alarm fires, v1 was observed good. Signals follow the live template. */
export function aScene(options: SceneOptions = {}) {
  const blueprint = options.blueprint ?? aBlueprint();
  const clock = fixedClock(MOMENTS.openedAt);
  const ledger = new InMemoryReleaseLedger();
  for (const observation of options.observations ?? [aReleaseObservation()]) ledger.seed(observation);
  const store = new InMemoryIncidentStore(ledger);
  const workload = new FakeWorkload(options.workload === undefined ? aWorkloadState() : options.workload);
  const bad = () => options.recovers === false || workload.state?.templateHash === BAD_HASH;
  const metrics = new FakeMetricSource()
    .setMetric("Latency", (epochSeconds) => (epochSeconds * 1000 < Date.parse(MOMENTS.onsetAt) ? 120 : bad() ? 480 : 125))
    .setMetric("RequestCount", 1000)
    .setMetric("ErrorCount", 2);
  const alarmState = () => (bad() ? ("ALARM" as const) : ("OK" as const));
  for (const trigger of blueprint.triggers) metrics.setAlarm({ alarmName: trigger.alarmName });
  const first = blueprint.triggers[0]?.alarmName ?? "";
  const followAlarm = () => metrics.setAlarm({ alarmName: first, state: alarmState(), since: MOMENTS.alarmAt });
  followAlarm();
  const actions = new FakeClusterActions();
  const gitops = new FakeGitops(options.gitops ?? { problem: "nothing names the object" });
  const evidence = new FakeEvidence();
  evidence.quick = options.evidence ?? {};
  const archive = new InMemoryArchive();
  const [snapshots, seal] = [new FakeSnapshots(), new FakeSeal()];
  const [preflight, surroundings] = [new FakePreflight(), new FakeSurroundings()];
  const [approvals, run] = [new InMemoryApprovals(store), new FakeWaitingRun()];
  const [imageFindings, knownFindings] = [new FakeImageFindings(), new InMemoryKnownFindings()];
  const [controls, hooks] = [new InMemoryControls(store), new FakeHooks()];
  const around = {
    controls,
    hooks,
    approvals,
    run,
    actions,
    gitops,
    preflight,
    imageFindings,
    knownFindings,
    surroundings,
    evidence,
    archive,
    baselines: new InMemoryBaselines(),
    snapshots,
    seal,
    sha256: sha256Hex,
  };
  const ports = {
    ...around,
    blueprints: registryOf(blueprint),
    store,
    escalations: store.escalations,
    governance: store.governance,
    ledger,
    metrics,
    workload,
    clock,
  };
  return {
    ports,
    store,
    controls,
    hooks,
    approvals,
    run,
    ledger,
    workload,
    actions,
    gitops,
    preflight,
    imageFindings,
    knownFindings,
    surroundings,
    metrics,
    evidence,
    archive,
    snapshots,
    seal,
    clock,
    input: options.input ?? aRollbackInput(),
    /** Passes virtual time; the alarm follows the signals. */
    onWait: (seconds: number) => {
      clock.advance(Math.max(seconds, 1));
      followAlarm();
    },
  };
}
