import type { Surroundings } from "../../../functions/domain/plan/surroundings.ts";
import type { SurroundingsReader } from "../../../functions/ports/surroundings.ts";

/** Answers the same to everyone who asks; nothing is around the workload unless a test says so. */
export class FakeSurroundings implements SurroundingsReader {
  answer: Surroundings = { route: null, autoscaler: null };

  async read(): Promise<Surroundings> {
    return structuredClone(this.answer);
  }
}
