import * as z from "zod/mini";
import type { Blueprint } from "../../domain/blueprint.ts";
import { incidentIdOf, lookExecutionName, type Sha256 } from "../../domain/execution-name.ts";
import { judgeLook } from "../../domain/looks/judge-look.ts";
import { type Look, type LookRequest, LookRequestSchema, LookSchema } from "../../domain/looks/look.ts";
import { triggerOfLook, wouldHaveOfLook } from "../../domain/looks/look-outcome.ts";
import { dueAt } from "../../domain/looks/look-times.ts";
import { untrustedSpans } from "../../domain/looks/trusted-past.ts";
import { whyNotJudged } from "../../domain/looks/whether-to-judge.ts";
import { secondsBetween } from "../../domain/time.ts";
import type { BlueprintRegistry } from "../../ports/blueprint-registry.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ExecutionStarter } from "../../ports/execution-starter.ts";
import type { IncidentStore } from "../../ports/incident-store.ts";
import type { Looks } from "../../ports/looks.ts";
import type { MetricSource } from "../../ports/metric-source.ts";
import type { ReleaseLedger } from "../../ports/release-ledger.ts";
import type { WouldHaves } from "../../ports/would-haves.ts";
import type { Step } from "../../runtime/step-handler.ts";
import { readLookData } from "./read-look-data.ts";

export interface JudgeReleasePorts {
  readonly blueprints: BlueprintRegistry;
  readonly ledger: Pick<ReleaseLedger, "observations" | "releases">;
  readonly store: Pick<IncidentStore, "holder" | "list">;
  readonly looks: Pick<Looks, "keep" | "ofRun" | "ofService">;
  readonly wouldHaves: Pick<WouldHaves, "record">;
  readonly metrics: Pick<MetricSource, "series">;
  readonly starter: ExecutionStarter;
  readonly clock: Clock;
  readonly sha256: Sha256;
}

export const judgeNewReleaseSchemas = {
  input: LookRequestSchema,
  output: z.union([
    /** It failed, and the machine was started for it. */
    z.strictObject({ outcome: z.enum(["started", "already-started"]), execution: z.string(), incidentId: z.string(), look: LookSchema }),
    /** `recorded`: it failed and may not act. `kept`: it did not fail. */
    z.strictObject({ outcome: z.enum(["recorded", "already-recorded", "kept"]), look: LookSchema }),
    z.strictObject({ ignored: z.string() }),
  ]),
};
type JudgeReleaseResult = z.infer<typeof judgeNewReleaseSchemas.output>;

/** A schedule fires once, and two clocks never quite agree: a look so little early is carried out, since nobody would begin it again. */
const EARLY_SECONDS = 5;
/** More than the hour of the looks can have. */
const NEWEST_INCIDENTS = 50;

/**
 * One look at a release: judges it, keeps what came of it, and starts the machine (or records what it would have started) where it failed. The look happens once;
 * invoked again, it carries out what was kept, under the same names.
 */
export function judgeNewRelease(ports: JudgeReleasePorts): Step<LookRequest, JudgeReleaseResult> {
  return async (request, { logger }) => {
    const { service, release, minutes } = request;
    const blueprint = ports.blueprints.byService(service);
    if (blueprint?.looks === undefined) return { ignored: `no blueprint with looks is deployed for ${service}` };
    const now = ports.clock.now().toISOString();
    // Before its points are there it would be spent on nothing.
    if (secondsBetween(now, dueAt(request)) > EARLY_SECONDS)
      return { ignored: `the look after ${minutes} min is due at ${dueAt(request)}` };
    const earlier = await ports.looks.ofRun(request);
    const kept =
      earlier.find((look) => look.minutes === minutes) ?? (await judgeAndKeep(ports, blueprint, blueprint.looks, request, earlier));
    const { verdict, reason } = kept;
    logger.info(`look after ${minutes} min at release ${release}: ${verdict}: ${reason}`, { service, release, minutes, verdict });
    return await carryOut(ports, blueprint, kept);
  };
}

async function judgeAndKeep(
  ports: JudgeReleasePorts,
  blueprint: Blueprint,
  looks: NonNullable<Blueprint["looks"]>,
  request: LookRequest,
  earlier: readonly Look[],
): Promise<Look> {
  const { mode, modeReason } = looks;
  const now = ports.clock.now().toISOString();
  const { service } = request;
  const [releases, observations, known, holder] = await Promise.all([
    ports.ledger.releases(service),
    ports.ledger.observations(service),
    ports.looks.ofService(service),
    ports.store.holder(service),
  ]);
  const hasFailed = earlier.some(({ verdict }) => verdict === "fail");
  const incidents = hasFailed ? await ports.store.list({ service, limit: NEWEST_INCIDENTS }) : [];
  const why = whyNotJudged(request, { releases, holder, earlier, incidents, now });
  const judgement =
    why === null
      ? judgeLook(
          request,
          await readLookData(ports.metrics, blueprint, looks, request),
          untrustedSpans({ releases, observations, looks: known }),
        )
      : ({ verdict: "not-judged", reason: why, gravest: null, signals: [] } as const);
  const look: Look = {
    ...request,
    judgedAt: now,
    ...judgement,
    signals: [...judgement.signals],
    mode,
    ...(modeReason === undefined ? {} : { modeReason }),
  };
  if (await ports.looks.keep(look)) return look;
  // Somebody else looked at the same time, and was faster.
  return (await ports.looks.ofRun(request)).find(({ minutes }) => minutes === request.minutes) ?? look;
}

async function carryOut(ports: JudgeReleasePorts, blueprint: Blueprint, look: Look): Promise<JudgeReleaseResult> {
  const trigger = triggerOfLook(look);
  if (trigger === null) return { outcome: "kept", look };
  if (look.mode === "observe") {
    const wouldHave = wouldHaveOfLook(trigger, look, blueprint, { observations: await ports.ledger.observations(look.service) });
    return { outcome: wouldHave === null ? "kept" : await ports.wouldHaves.record(wouldHave), look };
  }
  // by the time of the judgement: a look that is kept later is no reason for another name of this one
  const before = (await ports.looks.ofRun(look)).some(({ verdict, judgedAt }) => verdict === "fail" && judgedAt < look.judgedAt);
  const name = lookExecutionName({ ...look, minutes: before ? look.minutes : null }, ports.sha256);
  const incidentId = incidentIdOf(name);
  const outcome = await ports.starter.start({ execution: { name }, incidentId, trigger });
  return { outcome, execution: name, incidentId, look };
}
