import type { Again, Left } from "../lanes.ts";
import type { RollbackDocument, Verification } from "../rollback-document.ts";
import { later } from "../time.ts";
import { leftOf, servicesOf } from "./lane-document.ts";
import { pausesOf } from "./merge-progress.ts";
import { thinVerification } from "./thin-lanes.ts";
import { currentWave, isOver, needsStep, progressOf, verificationOf } from "./turn.ts";

export interface SeenGroup {
  /** As it was before this look. */
  readonly document: RollbackDocument;
  readonly slices: ReadonlyMap<string, Verification>;
  readonly left: Readonly<Record<string, Left>>;
  readonly again: Readonly<Record<string, Again>>;
  readonly now: string;
}

/**
 * What a look at the wave came to, and where the run goes: on as long as a member of the wave has steps before it or is watched, then to the next wave.
 * At the end it has recovered only if no member failed.
 */
export function mergeVerifications({ document, slices, left, again, now }: SeenGroup): Verification {
  const { trigger, verification, progress, plan } = document;
  const lanes = {
    ...verification?.lanes,
    ...Object.fromEntries([...slices].map(([service, seen]) => [service, thinVerification(seen)])),
    ...left,
  };
  const lead = slices.get(trigger.service) ?? [...slices.values()][0] ?? verification ?? notLookedAt(progress?.stepId ?? "", now);
  const after: RollbackDocument = { ...document, verification: { ...lead, lanes, again } };
  const said = [
    ...[...slices].map(([service, { stepId, verdict, reason }]) => `${service}: ${stepId} ${verdict}: ${reason}`),
    ...Object.entries(left).map(([service, { reason }]) => `${service}: failed: ${reason}`),
    ...Object.entries(again).map(([service, { reason }]) => `${service}: looked at again: ${reason}`),
  ];
  const carried = { ...lead, lanes, again, reason: said.length === 0 ? lead.reason : said.join("; "), verifiedAt: now };
  const wave = currentWave(after);
  if (wave.length === 0) return { ...carried, ...endOf(after) };
  const due = wave.filter((service) => needsStep(after, service));
  const onGoing = { recovery: "undecided", recoveredAt: null, recoverySeconds: null } as const;
  if (due.length === 0) {
    // the pause is that of the most impatient, who may be through by now: ExecuteStep, which has no step to make, says it anew
    const isTooShort = progress !== undefined && progress.bakeSeconds < Math.min(...pausesOf(after));
    return isTooShort
      ? { ...carried, ...onGoing, next: "next-step", nextStepId: progress.stepId }
      : { ...carried, ...onGoing, next: "keep-watching", nextStepId: null };
  }
  const first = due[0] ?? "";
  const nextStepId = verificationOf(after, first)?.nextStepId ?? plan?.steps[0]?.id ?? null;
  return { ...carried, ...onGoing, next: "next-step", nextStepId };
}

type End = Pick<Verification, "verdict" | "next" | "nextStepId" | "recovery" | "recoveredAt" | "recoverySeconds">;

/** Every member is through. */
function endOf(document: RollbackDocument): End {
  const waves = (document.plan?.waves ?? []).flat();
  const seen = waves.flatMap((service) => verificationOf(document, service) ?? []);
  const failed = servicesOf(document).some((service) => leftOf(document, service)?.left === "failed");
  const recovered = seen.filter(({ next }) => next === "recovered");
  const unwell = failed || seen.some(({ next }) => next === "escalate") || seen.length < waves.length;
  if (!unwell && recovered.length > 0) {
    const at = recovered.flatMap(({ recoveredAt }) => recoveredAt ?? []);
    const seconds = recovered.flatMap(({ recoverySeconds }) => recoverySeconds ?? []);
    return {
      ...{ verdict: "pass", next: "recovered", nextStepId: null, recovery: "recovered" },
      recoveredAt: at.length === 0 ? null : at.reduce(later),
      recoverySeconds: seconds.length === 0 ? null : Math.max(...seconds),
    };
  }
  const worst = seen.find(({ recovery }) => recovery === "not-recovered");
  const open = {
    nextStepId: null,
    recoveredAt: null,
    recoverySeconds: null,
    recovery: worst === undefined ? "undecided" : "not-recovered",
  } as const;
  if (!unwell && seen.length > 0) return { ...open, verdict: "inconclusive", next: "observed" };
  return { ...open, verdict: worst?.verdict ?? "inconclusive", next: "escalate" };
}

/**
 * A member that was not rolled back may be unwell all the same: that those it depends on came back heals it, or it does not. Its alarms are waited for until
 * the last deadline; one that is red then takes the recovery back.
 */
export function withRedAlarms(verification: Verification, document: RollbackDocument, red: readonly string[], now: string): Verification {
  if (verification.next !== "recovered" || red.length === 0) return verification;
  const deadlines = servicesOf(document).flatMap((service) => progressOf(document, service)?.deadlineAt ?? []);
  const reason = `${verification.reason}; still in ALARM, of members that were not rolled back: ${red.join(", ")}`;
  const open = { recovery: "undecided", recoveredAt: null, recoverySeconds: null, verdict: "inconclusive", reason } as const;
  const waits = deadlines.some((deadlineAt) => Date.parse(now) < Date.parse(deadlineAt));
  const nextStepId = document.progress?.stepId ?? null;
  return waits
    ? { ...verification, ...open, next: "next-step", nextStepId }
    : { ...verification, ...open, next: "escalate", nextStepId: null };
}

/** Members whose alarms nobody has looked at since the assessment: neither rolled back, nor somebody else's. */
export function bystanders(document: RollbackDocument): readonly string[] {
  return servicesOf(document).filter((service) => isOver(document, service) && leftOf(document, service)?.left === "skipped");
}

/** No member could be looked at. */
function notLookedAt(stepId: string, at: string): Verification {
  return {
    ...{ stepId, verdict: "inconclusive", next: "keep-watching", nextStepId: null, reason: "no member was looked at", checks: [] },
    ...{ stableSince: null, consecutiveFailures: 0, recovery: "undecided", recoveredAt: null, recoverySeconds: null, verifiedAt: at },
  };
}
