import type { Blueprint } from "../domain/blueprint.ts";
import type { Surroundings } from "../domain/plan/surroundings.ts";

/** Objects beside the workload that a plan may write. */
export interface SurroundingsReader {
  /** Reads only, all at once, bounded by time; never throws for what cannot be read. `hpa`: the autoscaler that owns the replica count. */
  read(blueprint: Pick<Blueprint, "target" | "traffic">, hpa: string | null): Promise<Surroundings>;
}
