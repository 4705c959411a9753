import type { Change, PlanStep } from "../rollback-document.ts";

/**
 * Names what is live before a rollback and what it leads to, so that two rollbacks can be compared. A changed configuration leaves the template as it is, a
 * scale the release: each has a form of its own.
 */
export function leftBehind(change: Change | null | undefined): string | null {
  if (!change || change.kind === "leftover" || change.kind === "held") return null;
  if (change.kind === "scale") return scaled(change.toHash, change.toReplicas);
  if (change.kind === "config" || change.kind === "traffic") return change.toRelease == null ? null : `release ${change.toRelease}`;
  return change.toHash === null ? null : `template ${change.toHash}`;
}

/** Where the first step leads that brings something back; null when that has no name. */
export function ledTo(change: Change | null | undefined, steps: readonly PlanStep[]): string | null {
  const target = steps.find((step) => step.target !== null)?.target ?? null;
  if (!change || change.kind === "leftover" || change.kind === "held") return null;
  if (change.kind === "scale") return scaled(change.toHash, steps.find((step) => step.kind === "restore-scale")?.replicas ?? null);
  if (change.kind === "traffic") return change.fromRelease ? `release ${change.fromRelease}` : null;
  if (change.kind === "config") return target?.releaseHash ? `release ${target.releaseHash}` : null;
  return target === null ? null : `template ${target.templateHash}`;
}

function scaled(hash: string | null, replicas: number | null): string | null {
  return hash === null || replicas === null ? null : `template ${hash} at ${replicas} replicas`;
}
