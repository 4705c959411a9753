import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import { TransientUpstreamError } from "../../functions/domain/errors.ts";
import type { RollbackDocument, RollbackInput } from "../../functions/domain/rollback-document.ts";
import { decideApproval } from "../../functions/entry/decide-approval/decide-approval.ts";
import { observeReleases } from "../../functions/entry/observe-releases/observe-releases.ts";
import { reconcileAlarms } from "../../functions/entry/reconcile-alarms/reconcile-alarms.ts";
import { releaseLock } from "../../functions/entry/release-lock/release-lock.ts";
import { startRollback } from "../../functions/entry/start-rollback/start-rollback.ts";
import { sweepDue } from "../../functions/entry/sweep-due/sweep-due.ts";
import type { IncidentStore } from "../../functions/ports/incident-store.ts";
import type { Snapshots } from "../../functions/ports/snapshots.ts";
import type { Step } from "../../functions/runtime/step-handler.ts";
import { anExecutionEndedEvent } from "../support/events/execution-events.ts";
import { FakePager } from "../support/fakes/fake-pager.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { FakeKeeper, snapshotOf } from "../support/fakes/fake-snapshots.ts";
import { InMemoryApprovals } from "../support/fakes/in-memory-approvals.ts";
import { InMemoryControls } from "../support/fakes/in-memory-controls.ts";
import { InMemoryIncidentStore } from "../support/fakes/in-memory-incident-store.ts";
import { InMemoryWouldHaves } from "../support/fakes/in-memory-would-haves.ts";
import { recordingLogger } from "../support/fakes/silent-logger.ts";
import { taskHandlers } from "../support/machine/run-rollback.ts";
import { aScene } from "../support/machine/scene.ts";
import { named } from "./asl-language.ts";
import { Watch } from "./invariants.ts";
import { FUNCTION_SECONDS, MachineRun } from "./machine-run.ts";
import { type Mutation, withoutLimits, withoutLock, withoutQuarantine } from "./mutations.ts";
import type { Random } from "./random.ts";
import { remote, type Trouble, type TroubleCounts } from "./remote.ts";
import { ServiceModel } from "./service-model.ts";
import { SimulatedCluster } from "./simulated-cluster.ts";
import { SimulatedMetrics } from "./simulated-metrics.ts";
import { SERVICES } from "./simulated-services.ts";
import { Tokens } from "./tokens.ts";
import { VirtualTime } from "./virtual-time.ts";
import { YearLedger } from "./year-ledger.ts";

const TROUBLE: Trouble = { lost: 0.004, lostReply: 0.004, killed: 0.0015, late: 0.0015 };
/** Lambda itself, of one invocation. */
const INVOCATION_FAULTS = { "Lambda.TooManyRequestsException": 0.004, "Lambda.Unknown": 0.002, "Lambda.ServiceException": 0.002 } as const;
const HOME = "us-east-1:123456789012";
const noBaselines = async (): Promise<never> => {
  throw new TransientUpstreamError("baselines are away all year");
};
/** A year of baselines would be most of the year's work; without them everything is observed all the same. */
const AWAY = { ofService: noBaselines, keep: noBaselines, forget: noBaselines };

/** What others do when something happens. */
export interface Hooks {
  started(run: MachineRun): void;
  asked(incidentId: string): void;
  ended(run: MachineRun): void;
  alarmRed(): void;
  rolledBack(service: ServiceModel, from: string, by: MachineRun | undefined): void;
  ill(service: ServiceModel): void;
}

/** The whole deployment in virtual time: real steps and entries over stores with conditional writes, on the other side of a network. */
export class World {
  readonly time: VirtualTime;
  readonly services: readonly ServiceModel[];
  readonly metrics: SimulatedMetrics;
  readonly ledger = new YearLedger();
  readonly store = new InMemoryIncidentStore(this.ledger);
  readonly approvals = new InMemoryApprovals(this.store);
  readonly controls = new InMemoryControls(this.store);
  readonly pager = new FakePager();
  readonly watch = new Watch();
  readonly runs = new Map<string, MachineRun>();
  readonly trouble: TroubleCounts = { lost: 0, lostReply: 0, killed: 0, late: 0 };
  readonly invocationFaults: Record<string, number> = {};
  /** Executions whose incident is closed, or whose lock was given back, and when. */
  private readonly finished = new Map<string, number>();
  private readonly hooks: Hooks;
  private readonly random: Random;
  private readonly entries;
  private readonly handlers;
  private readonly tokens = new Tokens();

  constructor(start: string, random: Random, hooks: Hooks, mutation: Mutation | null) {
    this.time = new VirtualTime(start);
    this.random = random.fork("faults");
    this.hooks = hooks;
    const { time } = this;
    const follow = (service: ServiceModel) => {
      // a service is well when it begins
      if (this.metrics === undefined) return;
      this.metrics.follow(service);
      if (service.symptoms.length > 0) hooks.ill(service);
    };
    this.services = SERVICES.map((blueprint) => new ServiceModel(blueprint, time, random.fork(blueprint.service), follow));
    this.metrics = new SimulatedMetrics(this.services, {
      ...{ time, random: random.fork("alarms"), onRed: () => hooks.alarmRed() },
      deliver: (event) => this.alarm(event),
    });
    const rollout = random.fork("rollouts");
    const cluster = new SimulatedCluster(
      this.services,
      () => rollout.between(5, 25),
      ({ service, write, from }) => {
        const writer = this.runs.get(write.stamp.execution);
        try {
          this.watch.wrote(service, write, this.living(), writer, this.barred(service));
        } catch (breach) {
          time.fail(breach);
        }
        if (write.kind === "restore-template") hooks.rolledBack(service, from ?? "", writer);
      },
    );
    const far = <Port extends object>(port: Port) => remote(port, { time, random: this.random, trouble: TROUBLE, counts: this.trouble });
    const store = mutation === "no lock" ? this.noting(withoutLock(this.store)) : this.noting(this.store);
    const ledger = mutation === "no quarantine" ? withoutQuarantine(this.ledger) : this.ledger;
    const governance = mutation === "no limits" ? withoutLimits(this.store.governance) : this.store.governance;
    const blueprints = registryOf(...SERVICES);
    const scene = aScene();
    const ports = {
      ...scene.ports,
      ...{ blueprints, clock: time, sha256: sha256Hex, archive: null, snapshots: this.snapshots(), run: this.tokens.run },
      ...{ store: far(store), ledger: far(ledger), governance: far(governance), escalations: far(this.store.escalations) },
      ...{ approvals: far(this.approvals), controls: far(this.controls), metrics: far(this.metrics), workload: far(cluster) },
      actions: far(cluster),
    };
    this.handlers = {
      ...taskHandlers(ports),
      PageHuman: async () => this.pager.publish({ subject: "page", message: "page" } as never).then(() => ({ MessageId: "1" })),
    };
    const starter = { start: async (input: RollbackInput) => this.start(input) };
    const starting = { starter, wouldHaves: new InMemoryWouldHaves() };
    // the observer would tell of what the plans forget
    const observing = { ...ports, ledger: far(this.ledger), archive: scene.archive, keeper: new FakeKeeper(), starter, baselines: AWAY };
    this.entries = {
      alarm: startRollback({ ...ports, ...starting, home: HOME, sources: ["aws.cloudwatch"] }),
      reconcile: reconcileAlarms({ ...ports, ...starting, incidents: ports.store, muteRules: { isMuted: async () => false } }),
      observe: observeReleases(observing),
      release: releaseLock({ store: ports.store, pager: this.pager, clock: time }),
      decide: decideApproval(ports),
      sweep: sweepDue(ports),
    };
  }

  /** Alarm events, and requests by people. */
  alarm(event: unknown): void {
    this.work(this.entries.alarm, event);
  }

  reconcile(): void {
    this.work(this.entries.reconcile, {});
  }

  sweep(): void {
    this.work(this.entries.sweep, {});
  }

  decide(decision: Parameters<ReturnType<typeof decideApproval>>[0]["decide"]): void {
    this.work(this.entries.decide, { decide: decision });
  }

  /** Looks at a service; false when the look broke off. `hear` gets what it writes into its log, also when it is killed after that. */
  async observe(service: ServiceModel, hear: (message: string) => void): Promise<boolean> {
    const logger = { info: hear, warn: hear, error: hear };
    try {
      await this.entries.observe({ service: service.name }, { logger });
      return true;
    } catch (error) {
      if (isTransient(error)) return false;
      throw error;
    }
  }

  /** Templates that must not come back: quarantined themselves, or by the digest of their image as far as that ever reached the ledger. */
  private barred({ name, digests }: ServiceModel): ReadonlySet<string> {
    const keys = new Set(this.ledger.quarantineNow().map(({ key }) => key));
    const templates = [...digests].filter(
      ([hash, digest]) => keys.has(`${name}/${hash}`) || (keys.has(digest) && this.ledger.knows(name, hash)),
    );
    return new Set(templates.map(([hash]) => hash));
  }

  /** When the execution's incident was closed, or its lock given back, in epoch seconds; null while neither was. */
  endedAt(execution: string): number | null {
    return this.finished.get(execution) ?? null;
  }

  /** Executions whose incident is open. */
  living(): readonly MachineRun[] {
    return [...this.runs.values()].filter((run) => {
      const { opening } = run.document as unknown as RollbackDocument;
      return run.status === "RUNNING" && opening?.outcome === "opened" && !this.finished.has(run.name);
    });
  }

  /** An entry is invoked again by whoever invoked it when it was killed, or fails with something that passes. */
  private work<Input>(entry: Step<Input, unknown>, input: Input, tries = 5): void {
    const logger = recordingLogger();
    const again = () => {
      if (tries > 0) this.time.after(20, () => this.work(entry, input, tries - 1));
    };
    const killed = this.time.after(FUNCTION_SECONDS, again);
    const attempt = async (): Promise<void> => {
      try {
        await entry(input, { logger });
        killed.cancel();
      } catch (error) {
        killed.cancel();
        if (!isTransient(error)) throw error;
        again();
      }
    };
    this.time.watch(attempt());
  }

  private start(input: RollbackInput): "started" | "already-started" {
    const { name } = input.execution;
    if (this.runs.has(name)) return "already-started";
    const run = new MachineRun(input, {
      time: this.time,
      random: this.random,
      handlers: this.handlers,
      tokens: this.tokens,
      invocationFault: (state) => this.invocationFault(state, input.incidentId),
      ended: (ended) => this.ended(ended),
    });
    this.runs.set(name, run);
    this.time.watch(run.play());
    this.hooks.started(run);
    return "started";
  }

  private invocationFault(state: string, incidentId: string): Error | null {
    if (state === "RequestApproval") this.hooks.asked(incidentId);
    for (const [name, probability] of Object.entries(INVOCATION_FAULTS)) {
      if (!this.random.chance(probability)) continue;
      this.invocationFaults[name] = (this.invocationFaults[name] ?? 0) + 1;
      return named(name, `in ${state}`);
    }
    return null;
  }

  /** The status event of an execution that did not succeed arrives soon, and sometimes twice. */
  private ended(run: MachineRun): void {
    this.hooks.ended(run);
    if (run.status === "SUCCEEDED") return;
    const detail = { name: run.name, status: run.status, error: run.error, input: JSON.stringify(run.input) };
    const stopDate = this.time.now().getTime();
    for (let delivery = this.random.chance(0.1) ? 2 : 1; delivery > 0; delivery -= 1) {
      this.time.after(this.random.between(0.5, 60), () => this.work(this.entries.release, anExecutionEndedEvent({ ...detail, stopDate })));
    }
  }

  private noting(store: IncidentStore): IncidentStore {
    return new Proxy(store, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== "function") return value;
        return (...parameters: unknown[]) => {
          const [first, second] = parameters;
          if (property === "close") this.finish((first as { execution: string }).execution);
          if (property === "release") this.finish(String(second));
          return value.apply(target, parameters);
        };
      },
    });
  }

  private finish(execution: string): void {
    if (!this.finished.has(execution)) this.finished.set(execution, this.time.seconds());
  }

  private snapshots(): Snapshots {
    return {
      pass: () => ({
        take: async ({ service }, state) => {
          const digest = this.services.find(({ name }) => name === service)?.digests.get(state.templateHash ?? "") ?? null;
          const snapshot = snapshotOf(state);
          const images = snapshot.parts.images.map((image) => ({ ...image, digest }));
          return { ...snapshot, parts: { ...snapshot.parts, images }, template: JSON.stringify({ of: state.templateHash }) };
        },
      }),
    };
  }
}

/** To be tried again by whoever called. Anything else is a bug. */
function isTransient(error: unknown): boolean {
  return error instanceof Error && error.name === "TransientUpstreamError";
}
