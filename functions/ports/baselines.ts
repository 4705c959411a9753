import type { BaselineItem } from "../domain/baselines/baseline-item.ts";

/** What signals were like under each release. Throws `TransientUpstreamError` or `PermissionError`. */
export interface Baselines {
  /** In no order; those that another version of Rollguard wrote in another shape are left out. */
  ofService(service: string): Promise<readonly BaselineItem[]>;
  /** Replaces that of the same release and signal if its window ends earlier, or is the same one. False when a newer one is kept. */
  keep(item: BaselineItem): Promise<boolean>;
  /** Forgets that of one release and signal, also where there is none. */
  forget(item: Pick<BaselineItem, "service" | "release" | "signal">): Promise<void>;
}
