import { randomBytes } from "node:crypto";
import { sha256Hex } from "../../../functions/adapters/aws/sha256-hex.ts";
import { clusterActions } from "../../../functions/adapters/cluster-actions.ts";
import { clusterGitops } from "../../../functions/adapters/gitops/cluster-gitops.ts";
import { eksConnections } from "../../../functions/adapters/kubernetes/eks-connections.ts";
import { kubernetesEvidence } from "../../../functions/adapters/kubernetes/evidence.ts";
import { clusterPreflight } from "../../../functions/adapters/kubernetes/preflight.ts";
import { kubernetesSnapshots } from "../../../functions/adapters/kubernetes/snapshot.ts";
import { clusterSurroundings } from "../../../functions/adapters/traffic/surroundings.ts";
import type { Blueprint } from "../../../functions/domain/blueprint.ts";
import type { RollbackInput } from "../../../functions/domain/rollback-document.ts";
import { rolloutPhase } from "../../../functions/domain/rollout.ts";
import type { Workload } from "../../../functions/ports/workload.ts";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import type { Deployment, KubernetesObject, Pod, ReplicaSet } from "../../../local/cluster/objects.ts";
import { createDeployment, ensureNamespace, podsPath } from "../../../local/cluster/seed.ts";
import { createDaemonSet, createStatefulSet } from "../../../local/cluster/workload-seed.ts";
import {
  aBlueprint,
  aRatioSignal,
  aReleaseObservation,
  aRollbackInput,
  aRollbackTrigger,
  aScaleObservation,
  aSignal,
  aTrigger,
} from "../../support/builders/index.ts";
import { FakeHooks } from "../../support/fakes/fake-hooks.ts";
import { registryOf } from "../../support/fakes/fake-registry.ts";
import { FakeSeal } from "../../support/fakes/fake-snapshots.ts";
import { FakeWaitingRun } from "../../support/fakes/fake-waiting-run.ts";
import { InMemoryApprovals } from "../../support/fakes/in-memory-approvals.ts";
import { InMemoryArchive } from "../../support/fakes/in-memory-archive.ts";
import { InMemoryControls } from "../../support/fakes/in-memory-controls.ts";
import { InMemoryIncidentStore } from "../../support/fakes/in-memory-incident-store.ts";
import { FakeImageFindings, InMemoryKnownFindings } from "../../support/fakes/in-memory-known-findings.ts";
import { InMemoryReleaseLedger } from "../../support/fakes/in-memory-release-ledger.ts";
import { type RollbackPorts, type RunOptions, type RunResult, runRollback } from "../../support/machine/run-rollback.ts";
import { Availability } from "./availability.ts";
import { eventually } from "./eventually.ts";
import { grantEveryKind } from "./kind-rights.ts";
import { LiveSignals } from "./live-signals.ts";
import type { TheCluster } from "./the-cluster.ts";

const NAME = "checkout";
const NO_REGISTRY = { verdict: "not-checked", digest: null, reason: "there is no registry here" } as const;

export interface ServiceOptions {
  readonly replicas?: number;
  readonly image?: string;
  readonly mode?: Blueprint["mode"];
  readonly readyDelaySeconds?: number;
  readonly spec?: Record<string, unknown>;
  /** @default Deployment */
  readonly kind?: "Deployment" | "StatefulSet" | "DaemonSet";
  readonly restore?: Partial<Blueprint["restore"]>;
  /** Further fields of the pod template's spec; not of a Deployment. */
  readonly pod?: Record<string, unknown>;
  /** Makes what the workload needs to be there before it. */
  readonly prepare?: (scene: ServiceScene) => Promise<void>;
}

const PLURALS = { Deployment: "deployments", StatefulSet: "statefulsets", DaemonSet: "daemonsets", Rollout: "" } as const;

/** One workload, a Deployment unless told otherwise, in a namespace of its own, with signals, ledger and table in memory. The workload port is the real adapter. */
export class ServiceScene {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly signals = new LiveSignals();
  readonly ledger = new InMemoryReleaseLedger();
  readonly store = new InMemoryIncidentStore(this.ledger);
  readonly archive = new InMemoryArchive();
  readonly seal = new FakeSeal();
  readonly snapshots = kubernetesSnapshots();
  readonly blueprint: Blueprint;
  readonly availability: Availability;
  readonly workload: Workload;
  private runs = 0;

  private constructor(client: ClusterClient, namespace: string, workload: Workload, options: ServiceOptions) {
    this.client = client;
    this.namespace = namespace;
    this.workload = workload;
    this.blueprint = blueprintOf(namespace, options);
    this.availability = new Availability(client, namespace);
  }

  static async start(cluster: TheCluster, options: ServiceOptions = {}): Promise<ServiceScene> {
    const { client, workload } = cluster;
    const namespace = `rg-${randomBytes(4).toString("hex")}`;
    await ensureNamespace(client, namespace);
    const scene = new ServiceScene(client, namespace, workload, options);
    await cluster.enrol(namespace);
    await grantEveryKind(client, namespace);
    await options.prepare?.(scene);
    const { replicas = 3, image = "demo/checkout:v1", readyDelaySeconds = 0.3, spec = {}, kind = "Deployment" } = options;
    const create = { Deployment: createDeployment, StatefulSet: createStatefulSet, DaemonSet: createDaemonSet }[kind];
    await create(client, { namespace, name: NAME, image, replicas, readyDelaySeconds, spec, pod: options.pod ?? {} });
    await scene.rolledOut();
    return scene;
  }

  get path(): string {
    return `/apis/apps/v1/namespaces/${this.namespace}/${PLURALS[this.blueprint.target.kind]}/${NAME}`;
  }

  live(): Promise<Deployment> {
    return this.client.get<Deployment>(this.path);
  }

  replicaSets(): Promise<ReplicaSet[]> {
    return this.client.list<ReplicaSet>(`/apis/apps/v1/namespaces/${this.namespace}/replicasets`);
  }

  async image(): Promise<string | undefined> {
    return (await this.live()).spec.template.spec.containers[0]?.image;
  }

  /** Every replica is updated, ready and the only one. */
  rolledOut(): Promise<Deployment> {
    return eventually(`${this.namespace}/${NAME} is rolled out`, async () => {
      const live = await this.live();
      if (this.blueprint.target.kind !== "Deployment") {
        const state = await this.workload.read(this.blueprint.target);
        return state !== null && rolloutPhase(state).phase === "complete" && this.availability.now >= state.replicas ? live : null;
      }
      const { replicas = 0, updatedReplicas = 0, availableReplicas = 0, observedGeneration = 0 } = live.status ?? {};
      const wanted = live.spec.replicas ?? 1;
      const complete = replicas === wanted && updatedReplicas === wanted && availableReplicas === wanted;
      return observedGeneration >= (live.metadata.generation ?? 0) && complete && this.availability.now === wanted ? live : null;
    });
  }

  pods(): Promise<Pod[]> {
    return this.client.list<Pod>(podsPath(this.namespace));
  }

  /** `0 v1 ready` of every pod, by name. */
  async look(): Promise<string[]> {
    return (await this.pods())
      .map(({ metadata, spec, status }) => {
        const ready = status.conditions?.some(({ type, status: said }) => type === "Ready" && said === "True") ?? false;
        const state = metadata.deletionTimestamp ? "going" : ready ? "ready" : "not ready";
        return `${metadata.name.split("-").at(-1)} ${spec.containers[0]?.image?.split(":").at(-1)} ${state}`;
      })
      .sort();
  }

  /** Every pod runs this image and is ready. */
  async runsOn(image: string, pods?: number): Promise<boolean> {
    const state = await this.workload.read(this.blueprint.target);
    const wanted = pods ?? state?.replicas ?? 0;
    const look = await this.look();
    return look.filter((pod) => pod.includes(` ${image.split(":").at(-1)} ready`)).length >= wanted && wanted > 0;
  }

  /** What `kubectl describe` shows: `reason: message` of the events on the workload. */
  async events(): Promise<string[]> {
    const events = await this.client.list<{ reason: string; message: string; source: { component?: string } } & KubernetesObject>(
      `/api/v1/namespaces/${this.namespace}/events`,
    );
    return events.filter(({ source }) => source?.component === "rollguard").map(({ reason, message }) => `${reason}: ${message}`);
  }

  async deploy(image: string): Promise<void> {
    await this.client.patch(this.path, { spec: { template: { spec: { containers: [{ name: "app", image }] } } } }, "strategic");
  }

  async scale(replicas: number): Promise<void> {
    await this.client.patch(this.path, { spec: { replicas } });
  }

  /** The ledger learns that what is live now is good (or bad), as an hour of observations would have it. */
  async observed(verdict: "good" | "bad" | "candidate" = "good"): Promise<string> {
    const state = await this.workload.read(this.blueprint.target);
    if (state === null || state.templateHash === null) throw new Error("nothing is live to be observed");
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
    const lastSeenAt = new Date(Date.now() - 1000).toISOString();
    const live = state.replicaSets.find((replicaSet) => replicaSet.templateHash === state.templateHash);
    this.ledger.seed(
      aReleaseObservation({
        templateHash: state.templateHash,
        replicaSet: live?.name ?? "",
        image: state.image,
        firstSeenAt: hourAgo,
        liveSince: hourAgo,
        lastSeenAt,
        verdict,
        scales: [aScaleObservation({ replicas: state.replicas, since: hourAgo, lastSeenAt, healthySince: hourAgo, verdict })],
      }),
    );
    return state.templateHash;
  }

  /** The signals turn bad now, and good again as soon as `recovered` says so. */
  turnBad(recovered: (live: Deployment) => boolean | Promise<boolean>): { stop(): void } {
    this.signals.span.from = Math.floor(Date.now() / 1000);
    let stopped = false;
    const watching = (async () => {
      while (!stopped) {
        const live = await this.live().catch(() => null);
        if (live !== null && (await recovered(live))) {
          this.signals.span.until = Date.now() / 1000;
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    void watching;
    return {
      stop: () => {
        stopped = true;
      },
    };
  }

  ports(overrides: Partial<RollbackPorts> = {}): RollbackPorts {
    return {
      blueprints: registryOf(this.blueprint),
      store: this.store,
      escalations: this.store.escalations,
      governance: this.store.governance,
      ledger: this.ledger,
      metrics: this.signals,
      workload: this.workload,
      evidence: kubernetesEvidence(),
      archive: this.archive,
      actions: clusterActions(),
      gitops: clusterGitops(eksConnections()),
      approvals: new InMemoryApprovals(this.store),
      run: new FakeWaitingRun(),
      controls: new InMemoryControls(this.store),
      hooks: new FakeHooks(),
      imageFindings: new FakeImageFindings(),
      knownFindings: new InMemoryKnownFindings(),
      preflight: clusterPreflight(eksConnections(), { exists: async () => NO_REGISTRY }),
      surroundings: clusterSurroundings(eksConnections()),
      snapshots: this.snapshots,
      seal: this.seal,
      sha256: sha256Hex,
      clock: { now: () => new Date() },
      ...overrides,
    };
  }

  input(): RollbackInput {
    this.runs++;
    const at = new Date().toISOString();
    const trigger = aRollbackTrigger({ service: NAME, at, alarmName: this.blueprint.triggers[0]?.alarmName ?? "", datapoints: [] });
    return aRollbackInput({
      execution: { name: `rg-${this.namespace}-${this.runs}` },
      incidentId: `inc-${this.namespace}-${this.runs}`,
      trigger,
    });
  }

  /** The real machine in real time, over the real adapter. */
  rollBack(options: RunOptions & { readonly ports?: Partial<RollbackPorts>; readonly input?: RollbackInput } = {}): Promise<RunResult> {
    return runRollback(this.ports(options.ports), options.input ?? this.input(), { ...options, realTime: true });
  }

  stop(): void {
    this.availability.stop();
  }
}

function blueprintOf(namespace: string, { mode = "auto", kind = "Deployment", restore = {} }: ServiceOptions): Blueprint {
  const base = aBlueprint();
  // one service is rolled back again and again, within minutes
  const breaker = { failures: 100, windowSeconds: 1, openSeconds: 1 };
  const governance = { ...base.policy.governance, cooldownSeconds: 0, maxPerHour: 60, breaker };
  return aBlueprint({
    mode,
    policy: { ...base.policy, governance },
    target: { cluster: "demo", namespace, kind, name: NAME },
    restore: { ...base.restore, ...restore },
    signals: [aSignal({ resolutionSeconds: 1 }), aRatioSignal({ resolutionSeconds: 1 })],
    triggers: [aTrigger({ periodSeconds: 1 })],
    verification: { ...base.verification, stabilizationSeconds: 1 },
  });
}
