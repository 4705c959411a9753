import type { AlarmTransition } from "../domain/alarm-event.ts";
import { alarmExecutionName, incidentIdOf, type Sha256 } from "../domain/execution-name.ts";
import { isRestrained, recordedBefore } from "../domain/may-start.ts";
import type { ServiceHistory } from "../domain/service-history.ts";
import { decideStart, type StartContext } from "../domain/start-decision.ts";
import { type WouldHave, wouldHaveOf } from "../domain/would-have.ts";
import type { BlueprintRegistry } from "../ports/blueprint-registry.ts";
import type { Clock } from "../ports/clock.ts";
import type { ExecutionStarter } from "../ports/execution-starter.ts";
import type { ReleaseLedger } from "../ports/release-ledger.ts";
import type { WouldHaves } from "../ports/would-haves.ts";
import type { StepLogger } from "./logger.ts";

export interface TransitionPorts {
  readonly starter: ExecutionStarter;
  readonly blueprints: BlueprintRegistry;
  readonly ledger: Pick<ReleaseLedger, "observations" | "releases">;
  readonly wouldHaves: Pick<WouldHaves, "record">;
  readonly clock: Clock;
  readonly sha256: Sha256;
}

/** Where a transition comes from, and what is asked about it before it starts anything. */
export interface Origin extends Pick<StartContext, "sources" | "home"> {
  /** The record of a transition that started nothing, where it may be an old one. */
  readonly recorded?: WouldHaves["of"];
}

/** What became of a transition. */
export type Acted =
  | {
      readonly outcome: "started" | "already-started";
      readonly execution: string;
      readonly incidentId: string;
      readonly service: string;
    }
  | { readonly outcome: "recorded" | "already-recorded"; readonly wouldHave: WouldHave }
  | { readonly ignored: string };

/**
 * Starts what a transition asks for under a name that is the transition's own, or records what it would have started. A record that cannot be written is an
 * error and never an execution. Both may happen twice.
 */
export function actOnTransition(ports: TransitionPorts) {
  const { starter, blueprints, wouldHaves, clock, sha256 } = ports;
  const services = blueprints.all.map(({ service }) => service);

  return async (transition: AlarmTransition, origin: Origin, logger: StepLogger): Promise<Acted> => {
    const known = blueprints.byAlarm(transition.alarmName);
    const acting = known === null ? null : { service: known.blueprint.service, trigger: known.trigger };
    const history = acting !== null && isRestrained(acting.trigger) ? await readHistory(ports, acting.service, logger) : null;
    const decision = decideStart(transition, { ...origin, now: clock.now(), services, acting, history });
    if ("ignore" in decision) return { ignored: decision.ignore };
    if ("wouldHave" in decision) {
      const { wouldHave: request, fired, held } = decision;
      const strategies = known?.blueprint.policy.strategies ?? {};
      const wouldHave = wouldHaveOf({ request, fired, held, strategies, history });
      return { outcome: await wouldHaves.record(wouldHave), wouldHave };
    }
    const { start } = decision;
    if (origin.recorded !== undefined && acting !== null) {
      const record = await origin.recorded({ service: acting.service, trigger: acting.trigger.name, at: start.at });
      const ignored = recordedBefore(acting.trigger, record);
      if (ignored !== null) return { ignored };
    }
    const name = alarmExecutionName({ ...start, alarmArn: transition.alarmArn }, sha256);
    const incidentId = incidentIdOf(name);
    const outcome = await starter.start({ execution: { name }, incidentId, trigger: start });
    return { outcome, execution: name, incidentId, service: start.service };
  };
}

/** A ledger that cannot be read tells nothing: then a trigger is not held back by it, and its assessment looks for itself. */
async function readHistory({ ledger }: TransitionPorts, service: string, logger: StepLogger): Promise<ServiceHistory | null> {
  try {
    const [observations, releases] = await Promise.all([ledger.observations(service), ledger.releases(service)]);
    return { observations, releases };
  } catch (error) {
    logger.warn("what is known of the service could not be read", { service, error });
    return null;
  }
}
