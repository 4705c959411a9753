import type { BaselineItem } from "../../../functions/domain/baselines/baseline-item.ts";
import type { Baselines } from "../../../functions/ports/baselines.ts";

/** Baselines in memory, with the condition of the table. */
export class InMemoryBaselines implements Baselines {
  readonly items = new Map<string, BaselineItem>();

  async ofService(service: string): Promise<readonly BaselineItem[]> {
    return [...this.items.values()].filter((item) => item.service === service);
  }

  async keep(item: BaselineItem): Promise<boolean> {
    const kept = this.items.get(keyOf(item));
    if (kept !== undefined && kept.to > item.to) return false;
    this.items.set(keyOf(item), structuredClone(item));
    return true;
  }

  async forget(item: Pick<BaselineItem, "service" | "release" | "signal">): Promise<void> {
    this.items.delete(keyOf(item));
  }

  /** Puts items there as they are. */
  seed(...items: readonly BaselineItem[]): void {
    for (const item of items) this.items.set(keyOf(item), item);
  }
}

function keyOf({ service, release, signal }: Pick<BaselineItem, "service" | "release" | "signal">): string {
  return `${service} ${release} ${signal}`;
}
