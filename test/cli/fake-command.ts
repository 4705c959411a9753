import type { Console } from "../../cli/console.ts";
import type { CommandPorts, RollbackRequest, RollbackStarted, SnapshotTaken } from "../../cli/ports.ts";
import { runProgram } from "../../cli/program.ts";
import type { Incident } from "../../functions/domain/incident.ts";
import { decideApproval } from "../../functions/entry/decide-approval/decide-approval.ts";
import { type DescribedService, describeServices } from "../../functions/entry/start-rollback/describe-services.ts";
import { aBlueprint, EXECUTION_NAME, INCIDENT_ID, MOMENTS } from "../support/builders/index.ts";
import { FakeMetricSource } from "../support/fakes/fake-metric-source.ts";
import { FakeSeal } from "../support/fakes/fake-snapshots.ts";
import { FakeWaitingRun } from "../support/fakes/fake-waiting-run.ts";
import { type FixedClock, fixedClock } from "../support/fakes/fixed-clock.ts";
import { InMemoryApprovals } from "../support/fakes/in-memory-approvals.ts";
import { InMemoryBaselines } from "../support/fakes/in-memory-baselines.ts";
import { InMemoryControls } from "../support/fakes/in-memory-controls.ts";
import { InMemoryIncidentStore } from "../support/fakes/in-memory-incident-store.ts";
import { InMemoryLooks } from "../support/fakes/in-memory-looks.ts";
import { InMemoryReleaseLedger } from "../support/fakes/in-memory-release-ledger.ts";
import { InMemoryTunings } from "../support/fakes/in-memory-tunings.ts";
import { InMemoryWouldHaves } from "../support/fakes/in-memory-would-haves.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";

/** A world for the program: an empty table, a deployed stack, a clock that moves only while the program pauses. */
export class FakeWorld {
  readonly ledger = new InMemoryReleaseLedger();
  readonly store = new InMemoryIncidentStore(this.ledger);
  readonly tunings = new InMemoryTunings();
  readonly baselines = new InMemoryBaselines();
  readonly wouldHaves = new InMemoryWouldHaves();
  readonly looks = new InMemoryLooks();
  readonly controls = new InMemoryControls(this.store);
  readonly approvals = new InMemoryApprovals(this.store);
  readonly seal = new FakeSeal();
  /** Where answers to approvals arrive. */
  readonly waiting = new FakeWaitingRun();
  readonly clock: FixedClock = fixedClock(MOMENTS.openedAt);
  readonly metrics = new FakeMetricSource();
  readonly files = new Map<string, string>();
  readonly requests: RollbackRequest[] = [];
  readonly tables: string[] = [];
  readonly functions: string[] = [];
  environment: Record<string, string | undefined> = {};
  parameters: Record<string, string> = {
    "/rollguard/table-name": "deployed-table",
    "/rollguard/start-function": "deployed-function",
    "/rollguard/observe-function": "observe-function",
    "/rollguard/decide-function": "decide-function",
  };
  /** What a person answers; null when nobody can be asked. */
  answer: string | null = null;
  asked: string[] = [];
  started: RollbackStarted = { incidentId: INCIDENT_ID, execution: EXECUTION_NAME };
  /** What a snapshot that is asked for comes to. */
  snapshot: SnapshotTaken | null = { service: "checkout", hash: "a1b2c3d4e5f6", isNew: true, notes: [] };
  readonly snapshots: string[] = [];
  /** What is deployed. */
  services: readonly DescribedService[] = describeServices([aBlueprint()]);
  /** Whether stdout is a terminal that is drawn over. */
  redraws = false;
  /** What happens while the program waits, by the number of pauses so far. */
  meanwhile: (pauses: number) => Promise<void> | void = () => {};
  /** Thrown by every port instead of an answer. */
  failure: Error | null = null;

  /** Puts finished or open incidents into the table. */
  async seed(...incidents: readonly Incident[]): Promise<void> {
    for (const { meta, events, alarms, series } of incidents) {
      const [first] = events;
      if (first === undefined) throw new Error("an incident has at least its first event");
      const { lock } = (await this.store.acquire(meta.service, meta.execution, meta.id, new Date(meta.openedAt), 900)) as {
        lock: { fence: number };
      };
      await this.store.open({ ...meta, status: "open", outcome: null, closedAt: null, record: null }, first, lock.fence);
      await this.store.append(meta.id, events);
      for (const alarm of alarms) await this.store.attach(meta.id, alarm, first);
      await this.store.saveSeries(meta.id, series);
      if (meta.status === "closed") await this.store.close(meta, first, []);
    }
  }

  ports(): CommandPorts {
    let pauses = 0;
    const or = <Result>(result: Result): Result => {
      if (this.failure !== null) throw this.failure;
      return result;
    };
    return {
      clock: this.clock,
      environment: this.environment,
      person: "ada@desk",
      store: (table) => {
        this.tables.push(table);
        return or(this.store);
      },
      governance: (table) => {
        this.tables.push(table);
        return or(this.store.governance);
      },
      controls: (table) => {
        this.tables.push(table);
        return or(this.controls);
      },
      approvals: (table) => {
        this.tables.push(table);
        return or(this.approvals);
      },
      escalations: (table) => {
        this.tables.push(table);
        return or(this.store.escalations);
      },
      metrics: () => or(this.metrics),
      ledger: (table) => {
        this.tables.push(table);
        return or(this.ledger);
      },
      tunings: (table) => {
        this.tables.push(table);
        return or(this.tunings);
      },
      looks: () => or(this.looks),
      baselines: (table) => {
        this.tables.push(table);
        return or(this.baselines);
      },
      wouldHaves: (table) => {
        this.tables.push(table);
        return or(this.wouldHaves);
      },
      parameter: async (name) => or(this.parameters[name] ?? null),
      startRollback: async (functionName, request) => {
        this.functions.push(functionName);
        this.requests.push(request);
        return or(this.started);
      },
      describeServices: async (functionName, service) => {
        this.functions.push(functionName);
        return or(this.services.filter((one) => service === undefined || one.service === service));
      },
      decideApproval: async (functionName, decide) => {
        this.functions.push(functionName);
        const { approvals, seal, waiting: run, clock } = this;
        return or(await decideApproval({ approvals, seal, run, clock })({ decide }, { logger: silentLogger }));
      },
      takeSnapshot: async (functionName, service) => {
        this.functions.push(functionName);
        this.snapshots.push(service);
        return or(this.snapshot);
      },
      writeFile: async (path, text) => {
        if (path.startsWith("/nowhere")) throw new Error("ENOENT: no such file or directory");
        this.files.set(path, text);
      },
      writeWhole: async (path, text, replace) => {
        if (this.files.has(path) && !replace) return false;
        this.files.set(path, text);
        return or(true);
      },
      pause: async (milliseconds) => {
        this.clock.advance(milliseconds / 1000);
        pauses += 1;
        await this.meanwhile(pauses);
      },
    };
  }

  /** Runs the program as a pipe would: no colours, nobody watching. */
  async run(...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly notes: string }> {
    const out: string[] = [];
    const notes: string[] = [];
    const { answer } = this;
    const console: Console = {
      write: (text) => void out.push(text),
      note: (text) => void notes.push(text),
      colours: false,
      watched: false,
      columns: 100,
      redraws: this.redraws,
      ask:
        answer === null
          ? null
          : async (question) => {
              this.asked.push(question);
              return answer;
            },
    };
    const code = await runProgram(argv, console, this.ports());
    return { code, out: out.join(""), notes: notes.join("\n") };
  }
}
