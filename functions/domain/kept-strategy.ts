import { podsOf, rolloutPhase } from "./rollout.ts";
import type { WorkloadState } from "./workload.ts";

type Bounds = WorkloadState["strategy"];

/** What Kubernetes takes where the author has set nothing. */
const USUAL_UNAVAILABLE = { Deployment: "25%", DaemonSet: "1" };

/**
 * Why the author's strategy is not put back yet: the rollout is not complete, and by that strategy more pods that still serve would be taken away for
 * new ones that do not. Null where it can come back. A rollout that we have paused is never left so.
 */
export function whyKeepStrategy(live: WorkloadState | null): string | null {
  if (live === null || live.paused || (live.kind !== "Deployment" && live.kind !== "DaemonSet")) return null;
  const saved = savedBounds(live.stamps.savedStrategy, USUAL_UNAVAILABLE[live.kind]);
  if (saved === null || rolloutPhase(live).phase === "complete") return null;
  const serving = live.pods.reduce((sum, { ready }) => sum + ready, 0) - podsOf(live, live.templateHash).ready;
  const more = taken(saved, live) - taken(live.strategy, live);
  if (serving === 0 || more <= 0) return null;
  return (
    `the saved strategy stays on the ${live.kind} for now: it would let the rollout that is not complete take ${Math.min(more, serving)} of ${serving} ` +
    "earlier pods away that are ready; observe-releases puts it back once the rollout is complete, or by hand: write what annotation " +
    "rollguard.dev/saved-strategy holds back as the update strategy, and remove the annotation"
  );
}

/** Pods that may be missing meanwhile, of those that are asked for. */
function taken({ type, maxUnavailable }: Pick<Bounds, "type" | "maxUnavailable">, { kind, replicas }: WorkloadState): number {
  if (type === "Recreate") return replicas;
  if (type === "OnDelete") return 0;
  if (!maxUnavailable.endsWith("%")) return Math.min(replicas, Number(maxUnavailable));
  const share = (replicas * Number.parseFloat(maxUnavailable)) / 100;
  return kind === "DaemonSet" ? Math.ceil(share) : Math.floor(share);
}

/** Null for a text that is no strategy: the write says what to do about that. */
function savedBounds(text: string | null, usual: string): Pick<Bounds, "type" | "maxUnavailable"> | null {
  try {
    const value: unknown = JSON.parse(text ?? "");
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    const { type, rollingUpdate } = value as { type?: unknown; rollingUpdate?: { maxUnavailable?: unknown } | null };
    return { type: String(type ?? "RollingUpdate"), maxUnavailable: String(rollingUpdate?.maxUnavailable ?? usual) };
  } catch {
    return null;
  }
}
