import { STEPS, type StepName } from "../../../infra/constructs/rollback-steps.ts";
import type { FaultName } from "./fault.ts";
import type { Product } from "./product.ts";
import type { Scene, View } from "./scene.ts";

/** What a step says it has come to. */
export interface Told {
  /** `applied`, `proven`, `live` ...; a read that got all it wanted says `whole`, one with gaps `partial`. */
  readonly word: string;
  /** Why; of a partial read what is missing. */
  readonly reason: string;
  /** What was read. */
  readonly facts?: unknown;
}

/** One Lambda call of the machine (or of a schedule): ended by its timeout, and made again after a TransientUpstreamError. */
export interface Step {
  readonly name: string;
  readonly limitSeconds: number;
  play(product: Product): Promise<Told>;
}

export interface UseCase {
  readonly name: string;
  readonly scene: () => Promise<Scene>;
  /** Earlier steps of the same run, which go well; what they give is known to the steps. */
  readonly given?: (product: Product, view: View) => Promise<unknown>;
  /** A fault that nobody can do anything about, and why that is so: this cell must go wrong. */
  readonly known?: { readonly fault: FaultName; readonly path: RegExp; readonly why: string };
  /** Planned from the cluster as it is then. */
  readonly steps: (view: View, given: unknown) => readonly Step[];
}

/** A step of the machine, within the timeout of its function. */
export function stateStep(name: StepName, play: Step["play"]): Step {
  return { name, limitSeconds: STEPS[name].timeoutSeconds, play };
}
