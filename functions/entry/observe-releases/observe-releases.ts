import * as z from "zod/mini";
import type { Blueprint } from "../../domain/blueprint.ts";
import { InvalidInputError, TransientUpstreamError } from "../../domain/errors.ts";
import { returnedRelease } from "../../domain/gitops-drift.ts";
import { whyKeepStrategy } from "../../domain/kept-strategy.ts";
import { type ObserveReleaseFacts, observeRelease } from "../../domain/observe-release.ts";
import { alarmsOfRelease } from "../../domain/release-alarms.ts";
import type { BlueprintRegistry } from "../../ports/blueprint-registry.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ExecutionStarter } from "../../ports/execution-starter.ts";
import type { IncidentStore } from "../../ports/incident-store.ts";
import type { AlarmReading, MetricSource } from "../../ports/metric-source.ts";
import type { SnapshotPass, Snapshots } from "../../ports/snapshots.ts";
import type { Workload } from "../../ports/workload.ts";
import { settleBounded } from "../../runtime/bounded.ts";
import type { StepLogger } from "../../runtime/logger.ts";
import type { Step } from "../../runtime/step-handler.ts";
import { mendInput } from "./mend.ts";
import { type RecordedService, type RecordServicePorts, recordService } from "./record-service.ts";
import { type HistoryBudget, type TakeBaselinesPorts, takeBaselines } from "./take-baselines.ts";

const SERVICES_AT_ONCE = 5;
/** A look has a minute, and a history takes about a second of it. */
const HISTORIES_PER_LOOK = 5;

export interface ObserveReleasesPorts extends RecordServicePorts, TakeBaselinesPorts {
  readonly blueprints: BlueprintRegistry;
  readonly workload: Workload;
  readonly snapshots: Snapshots;
  readonly metrics: MetricSource;
  readonly store: Pick<IncidentStore, "holder">;
  readonly starter: ExecutionStarter;
  readonly clock: Clock;
}

export const observeReleasesSchemas = {
  /** A schedule's event, or the name of the one service to look at. */
  input: z.looseObject({ service: z.optional(z.string()) }),
  output: z.strictObject({
    observed: z.number(),
    good: z.number(),
    absent: z.number(),
    mended: z.array(z.string()),
    /** Releases that were new, and that of the one service which was asked for. */
    releases: z.array(
      z.strictObject({ service: z.string(), hash: z.nullable(z.string()), isNew: z.boolean(), notes: z.array(z.string()) }),
    ),
  }),
};
type Input = z.infer<typeof observeReleasesSchemas.input>;
type Output = z.infer<typeof observeReleasesSchemas.output>;

interface Observed {
  readonly outcome: "observed" | "good" | "absent";
  readonly mended: string | null;
  readonly recorded: RecordedService | null;
}

/**
 * Looks at every service: what is live, since when, whether it is well, and everything of it that can be restored. Writes to the ledger and never to a cluster;
 * where a killed rollback left its strategy behind, the machine is started to mend it. One service in trouble does not keep the others from being observed.
 */
export function observeReleases(ports: ObserveReleasesPorts): Step<Input, Output> {
  return async ({ service: only }, { logger }) => {
    const all = ports.blueprints.all.filter(({ service }) => only === undefined || service === only);
    if (only !== undefined && all.length === 0) throw new InvalidInputError(`no blueprint is named ${only}`, { service: only });
    const pass = ports.snapshots.pass(only === undefined ? "lists" : "single");
    const readings = await ports.metrics.alarms(all.flatMap(({ triggers }) => triggers.map(({ alarmName }) => alarmName)));
    const alarms = new Map(readings.map((reading) => [reading.alarmName, reading]));
    const budget = { left: HISTORIES_PER_LOOK };
    const results = await settleBounded(all, SERVICES_AT_ONCE, (blueprint) =>
      observeService(ports, pass, blueprint, { alarms, budget }, logger),
    );

    for (const [index, result] of results.entries()) {
      const service = all[index]?.service;
      if (result.status === "rejected") logger.error("a service could not be observed", { service, error: result.reason });
      else if (result.value.outcome === "absent") {
        const { kind, namespace, name } = all[index]?.target ?? {};
        logger.warn(`the ${kind} does not exist, or runs no revision yet`, { service, namespace, name });
      }
      if (result.status === "fulfilled" && result.value.mended) logger.warn("leftovers of a killed rollback", { service, ...result.value });
    }
    const failures = results.flatMap((result, index) => (result.status === "rejected" ? [{ index, reason: result.reason }] : []));
    if (failures.length > 0) throw summary(failures, all);
    const observed = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const count = (outcome: Observed["outcome"]) => observed.filter((one) => one.outcome === outcome).length;
    return {
      observed: observed.length - count("absent"),
      good: count("good"),
      absent: count("absent"),
      mended: observed.flatMap(({ mended }) => mended ?? []),
      releases: observed
        .flatMap(({ recorded }) => recorded ?? [])
        .filter(({ isNew }) => isNew || only !== undefined)
        .map(({ service, hash, isNew, notes }) => ({ service, hash, isNew, notes: [...notes] })),
    };
  };
}

async function observeService(
  ports: ObserveReleasesPorts,
  pass: SnapshotPass,
  blueprint: Blueprint,
  { alarms, budget }: { readonly alarms: ReadonlyMap<string, AlarmReading>; readonly budget: HistoryBudget },
  logger: StepLogger,
): Promise<Observed> {
  const { service, target } = blueprint;
  // Before the answers: what is read then was live at this time, and another release may be live when they are there.
  const now = ports.clock.now();
  const [state, observations, holder] = await Promise.all([
    ports.workload.read(target),
    ports.ledger.observations(service),
    ports.store.holder(service),
  ]);
  if (state === null) return { outcome: "absent", mended: null, recorded: null };
  const lockHeld = holder !== null && Date.parse(holder.leaseUntil) > now.getTime();
  const facts: ObserveReleaseFacts = {
    service,
    name: target.name,
    state,
    observations,
    ...alarmsOfRelease(blueprint, alarms),
    lockHeld,
    now,
  };
  const observation = observeRelease(facts);
  if (observation !== null) {
    await ports.ledger.save(observation, observations.find(({ templateHash }) => templateHash === observation.templateHash) ?? null);
  }
  const returned = returnedRelease(state, observations, lockHeld);
  if (returned !== null) logger.warn("a release that was rolled back is live again", { service, returned });
  // Flagger may have copied the mark from its target, whose own look mends it. A strategy that keeps pods alive comes back when the rollout is complete.
  const waits = state.flagger === "primary" || whyKeepStrategy(state) !== null;
  const input = waits ? null : mendInput({ service, stamps: state.stamps, lockHeld, now }, ports.sha256);
  const mended = input !== null && (await ports.starter.start(input)) === "started" ? input.execution.name : null;
  if (observation === null) return { outcome: "absent", mended, recorded: null };
  const recorded = await recordService(ports, pass, blueprint, { ...facts, observation }, logger);
  const earlier = observations.find(({ templateHash }) => templateHash === observation.templateHash);
  const wasMarked = observation.verdict === "good" && earlier?.verdict !== "good";
  const others = observations.filter((other) => other !== earlier);
  const ledger = { releases: recorded.releases, observations: [observation, ...others] };
  if (recorded.hash !== null) await takeBaselines(ports, { blueprint, ...ledger, wasMarked, now: now.toISOString() }, budget, logger);
  return { outcome: observation.verdict === "good" ? "good" : "observed", mended, recorded };
}

/** A failure that waiting cures is retried by whoever invoked us; any other is reported by its own name. */
function summary(failures: readonly { readonly index: number; readonly reason: unknown }[], all: readonly Blueprint[]): unknown {
  const lasting = failures.find(({ reason }) => !(reason instanceof TransientUpstreamError));
  if (lasting) return lasting.reason;
  const services = failures.map(({ index }) => all[index]?.service);
  return new TransientUpstreamError(`${services.join(", ")} could not be observed`, { services }, { cause: failures[0]?.reason });
}
