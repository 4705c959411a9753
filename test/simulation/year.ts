import type { RollbackDocument } from "../../functions/domain/rollback-document.ts";
import { LEASE_SECONDS } from "../../functions/steps/open-incident/step.ts";
import { InvariantBroken } from "./invariants.ts";
import type { MachineRun } from "./machine-run.ts";
import type { Mutation } from "./mutations.ts";
import { People } from "./people.ts";
import { seededRandom } from "./random.ts";
import type { ServiceModel } from "./service-model.ts";
import { World } from "./world.ts";

const START = "2027-01-04T00:00:00.000Z";
const MINUTE = 60;
const DAY = 86_400;
/** After the last day everything that has begun may come to its end. */
const AFTERMATH_SECONDS = 2 * DAY;
/** After a change the observer looks so often, as it does every minute in truth; while nothing changes it would only see the same again. */
const LOOKS_AFTER_CHANGE = [1, 6, 12, 20].map((minutes) => minutes * MINUTE);
/** An alarm whose event was lost is found by the reconciler, calls that are due are made by the sweep. */
const RECONCILES_AFTER_ALARM = [2, 4, 45].map((minutes) => minutes * MINUTE);
const SWEEPS_AFTER_END = [1, 6, 16, 32, 24 * 60 + 1].map((minutes) => minutes * MINUTE);
/** While an approval waits. */
const SWEEP_EVERY_SECONDS = 2 * MINUTE;
const UNSEEN_SECONDS = 30 * MINUTE;

export interface YearOptions {
  readonly seed: number;
  readonly days: number;
  /** What is taken away from the program. @default null: nothing */
  readonly mutation?: Mutation | null;
}

/** Plays the year. Throws InvariantBroken at the first breach. */
export async function playYear({ seed, days, mutation = null }: YearOptions) {
  const random = seededRandom(seed);
  const counts = { executions: 0, stopped: 0, joined: 0, locksLeft: 0, looks: 0, quarantineSeen: 0, falseRollbacks: 0 };
  const outcomes: Record<string, number> = {};
  const killing = random.fork("killing");
  const interleaved = { most: 0 };
  /** Times at which something quarantined was live, and an observer said so. */
  const seen = new Set<string>();

  const world: World = new World(
    START,
    random,
    {
      started: (run) => {
        counts.executions += 1;
        if (killing.chance(0.06)) world.time.after(killing.between(0, 300), () => kill(run));
        people.mayInterfere(run.input.incidentId);
        const running = [...world.runs.values()].filter((other) => other.status === "RUNNING" && other.service === run.service);
        interleaved.most = Math.max(interleaved.most, running.length);
      },
      asked: (incidentId) => {
        people.asked(incidentId);
        for (let at = SWEEP_EVERY_SECONDS; at <= 24 * MINUTE; at += SWEEP_EVERY_SECONDS) world.time.after(at, () => world.sweep());
      },
      ended: (run) => {
        world.time.after(5 * MINUTE, () => close(run));
        for (const after of SWEEPS_AFTER_END) world.time.after(after, () => world.sweep());
        const service = serviceOf(run);
        if (service !== undefined) look(service);
      },
      alarmRed: () => {
        for (const after of RECONCILES_AFTER_ALARM) world.time.after(after, () => world.reconcile());
      },
      rolledBack: (service, from, by) => {
        const defect = service.defects.get(service.digests.get(from) ?? "") ?? null;
        if (defect === null && by?.input.trigger.kind === "alarm") counts.falseRollbacks += 1;
        people.rolledBack(service, from);
      },
      ill: (service) => {
        people.ill(service);
        world.time.after(UNSEEN_SECONDS, () => mustBeSeen(service));
      },
    },
    mutation,
  );
  const people = new People(world, random.fork("people"), look);

  const kill = (run: MachineRun) => {
    if (run.status === "RUNNING") counts.stopped += 1;
    run.stop();
  };
  const serviceOf = (run: MachineRun) => world.services.find(({ name }) => name === run.service);

  function look(service: ServiceModel, when: "before" | "after" = "after"): void {
    if (when === "before") world.time.watch(lookOnce(service));
    else for (const after of LOOKS_AFTER_CHANGE) world.time.after(after, () => lookOnce(service));
  }

  async function lookOnce(service: ServiceModel): Promise<void> {
    const { liveSince, digest } = service;
    const { templateHash, stamps } = service.state;
    const holder = await world.store.holder(service.name);
    const quarantined = world.ledger.quarantineNow().filter(({ at }) => Date.parse(at) / 1000 < liveSince);
    const hasTemplate = quarantined.some(({ key }) => key === `${service.name}/${templateHash}`);
    const hasImage = quarantined.some(({ key }) => key === digest);
    const run = `${service.name} ${liveSince}`;
    const said: string[] = [];
    const ended = await world.observe(service, (message) => {
      said.push(message);
      if (message.includes("is live again")) seen.add(run);
    });
    counts.looks += 1;
    const same = service.liveSince === liveSince && (await world.store.holder(service.name)) === null;
    const nobodyActs = holder === null && same && stamps.savedStrategy === null;
    if (!ended || !nobodyActs || !(hasImage || (hasTemplate && stamps.execution !== null))) return;
    if (!seen.has(run)) {
      throw new InvariantBroken("what is quarantined is seen by the next look", `${service.name} ${templateHash}: ${said.join("; ")}`);
    }
    counts.quarantineSeen += 1;
  }

  /** Ill for half an hour on what is quarantined: the program is at it, or has called people since it began. */
  async function mustBeSeen(service: ServiceModel): Promise<void> {
    const isQuarantined = world.ledger.quarantineNow().some(({ key }) => key === service.digest);
    const illFor = world.time.seconds() - service.sinceSeconds;
    const isOut = world.metrics.outage !== null && world.time.seconds() - world.metrics.outage.to < UNSEEN_SECONDS;
    if (service.symptoms.length === 0 || illFor < UNSEEN_SECONDS - 1 || !isQuarantined || isOut) return;
    // an alarm that was red already, for another reason, has called people then and says nothing new
    const since = new Date(Math.min(service.sinceSeconds, world.metrics.redSince(service)) * 1000).toISOString();
    const incidents = (await world.store.list({ service: service.name, limit: 20 })).filter(
      ({ status, closedAt }) => status === "open" || (closedAt ?? "") > since,
    );
    if (incidents.some(({ status, outcome }) => status === "open" || outcome !== "stand-down")) return;
    throw new InvariantBroken(
      "what is quarantined does not stay unseen",
      `${service.name} has been ill on ${service.digest} since ${since}`,
    );
  }

  /** A request of a killed function may take the lock after the end. Then nobody renews it, and it is free with the end of its lease at the latest. */
  async function mustBeFree(run: MachineRun): Promise<void> {
    const holder = await world.store.holder(run.service);
    if (holder?.owner !== run.name) return;
    const leaseEnd = Date.parse(holder.leaseUntil) / 1000 - world.time.seconds();
    if (world.endedAt(run.name) === null || leaseEnd > LEASE_SECONDS) {
      throw new InvariantBroken("the lock is free at the end", `${run.name} (${run.status}) still holds it until ${holder.leaseUntil}`);
    }
    if (leaseEnd <= 0) return;
    counts.locksLeft += 1;
    world.time.after(leaseEnd + 1, () => mustBeFree(run));
  }

  async function joined({ mergedInto, openedAt }: NonNullable<RollbackDocument["opening"]>): Promise<void> {
    counts.joined += 1;
    const execution = mergedInto === null ? undefined : (await world.store.read(mergedInto))?.meta.execution;
    const endedAt = execution === undefined ? null : world.endedAt(execution);
    if (endedAt !== null && endedAt < Date.parse(openedAt) / 1000) {
      throw new InvariantBroken("no alarm joins what has ended", `${execution} ended ${Date.parse(openedAt) / 1000 - endedAt} s before`);
    }
  }

  async function close(run: MachineRun): Promise<void> {
    const document = run.document as unknown as RollbackDocument;
    await mustBeFree(run);
    const incident = await world.store.read(run.input.incidentId);
    if (document.opening?.outcome === "merged") await joined(document.opening);
    const service = serviceOf(run);
    if (incident === null || service === undefined) return;
    const { meta, events, escalations = [] } = incident;
    const called = events.some(({ urgency }) => urgency === "page") || escalations.some(({ state }) => state !== "pending");
    world.watch.closed(service, meta, called);
    outcomes[meta.outcome ?? "open"] = (outcomes[meta.outcome ?? "open"] ?? 0) + 1;
  }

  const end = world.time.seconds() + days * DAY;
  people.begin();
  await world.time.run(end);
  people.stop();
  await world.time.run(end + AFTERMATH_SECONDS);
  const running = [...world.runs.values()].filter(({ status }) => status === "RUNNING");
  if (running.length > 0) {
    throw new InvariantBroken(
      "every incident ends restored or with people called",
      `${running.map(({ name, state }) => `${name} at ${state}`)}`,
    );
  }
  return {
    ...{ seed, days, ...counts, rollbacks: world.watch.begun.length, mostAtOnce: interleaved.most, pages: world.pager.messages.length },
    ...{ people: people.counts, alarms: world.metrics.counts, trouble: { ...world.trouble, ...world.invocationFaults }, outcomes },
    open: (await world.store.list({ limit: 100_000 })).filter(({ status }) => status === "open").map(({ id }) => id),
    holders: (await Promise.all(world.services.map(({ name }) => world.store.holder(name)))).filter((holder) => holder !== null),
  };
}
