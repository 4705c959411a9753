import * as z from "zod/mini";
import { SEVERITIES, type Severity, TRIGGER_CLASSES, type TriggerClass } from "./blueprint.ts";
import { type RollbackTrigger, STRATEGIES } from "./rollback-document.ts";
import type { StrategyOverrides } from "./rollback-policy.ts";
import { goodBefore, liveAt, type ServiceHistory } from "./service-history.ts";
import { strategyFor } from "./strategy.ts";

/** Why a trigger that fired started nothing. */
export const WOULD_HAVE_CAUSES = ["observe", "not-armed"] as const;

/** What a trigger that may not act yet would have done: what people compare with what really happened before they arm it. */
export const WouldHaveSchema = z.strictObject({
  service: z.string(),
  trigger: z.string(),
  /** Of the transition, or when the finding came here first; with service and trigger it is the record's identity. */
  at: z.string(),
  /** Of a finding alone: when it was first seen, which may be years ago. With service, trigger and live release it is the finding's identity, whenever it comes. */
  firstSeenAt: z.optional(z.string()),
  alarmName: z.nullable(z.string()),
  class: z.enum(TRIGGER_CLASSES),
  severity: z.enum(SEVERITIES),
  cause: z.enum(WOULD_HAVE_CAUSES),
  /** Why it may not act, as the blueprint says. */
  because: z.string(),
  /** Of the alarm or the finding, with its numbers. */
  reason: z.string(),
  /** The newest value that the alarm judged; null where it had none. */
  value: z.nullable(z.number()),
  threshold: z.nullable(z.number()),
  strategy: z.enum(STRATEGIES),
  /** Template hash and first sight of the release that was live; null where none was observed. */
  live: z.nullable(z.strictObject({ templateHash: z.string(), since: z.string() })),
  /** Template hash of the newest good release before it, which would have come back; null where there is none, so that people would have been called. */
  target: z.nullable(z.string()),
});
export type WouldHave = z.infer<typeof WouldHaveSchema>;

export interface WouldHaveFacts {
  /** As an execution would have got it. */
  readonly request: RollbackTrigger;
  /** The trigger, or what stands for it (the findings of a service). */
  readonly fired: { readonly name: string; readonly class: TriggerClass; readonly severity: Severity };
  readonly held: Pick<WouldHave, "cause" | "because">;
  readonly strategies: StrategyOverrides;
  /** Null where it could not be read. */
  readonly history: Pick<ServiceHistory, "observations"> | null;
}

/** The record of a trigger that fired and starts nothing. The same transition gives the same record while the ledger knows the same. */
export function wouldHaveOf({ request, fired, held, strategies, history }: WouldHaveFacts): WouldHave {
  const { service, at, alarmName, reason, datapoints, threshold } = request;
  const live = history === null ? null : liveAt(history, at);
  const target = history === null || live === null ? null : goodBefore(history, live);
  return {
    service,
    trigger: fired.name,
    at,
    alarmName,
    class: fired.class,
    severity: fired.severity,
    cause: held.cause,
    because: held.because,
    reason,
    value: datapoints.findLast(({ value }) => value !== null)?.value ?? null,
    threshold,
    strategy: strategyFor([fired.class], fired.severity, strategies),
    live: live === null ? null : { templateHash: live.templateHash, since: live.liveSince },
    target: target?.templateHash ?? null,
  };
}

/** What all arrivals of one finding share while one release is live; null for a transition, whose time is its identity. */
export function arrivalKey({ trigger, firstSeenAt, live }: WouldHave): string | null {
  if (firstSeenAt === undefined) return null;
  return [trigger, firstSeenAt, live?.templateHash ?? "", live?.since ?? ""].join("#");
}
