import { TransientUpstreamError } from "../../../functions/domain/errors.ts";
import type { Call, Fault } from "./fault.ts";
import { type FrozenCluster, freeze, thaw } from "./frozen-cluster.ts";
import { type Product, productOver } from "./product.ts";
import { type Scene, View } from "./scene.ts";
import type { Step, Told, UseCase } from "./use-case.ts";
import { VirtualClock } from "./virtual-clock.ts";
import { VirtualTransport } from "./virtual-transport.ts";

/** As the state machine retries TransientUpstreamError, with no jitter. */
const RETRIES = { most: 3, intervalSeconds: 2, backoffRate: 2, maxDelaySeconds: 20 };

export interface PlayedStep {
  readonly name: string;
  readonly told: Told;
  /** Calls of the step's function. */
  readonly tries: number;
  /** Of the slowest one, in virtual time. */
  readonly slowestSeconds: number;
  readonly limitSeconds: number;
}

/** A use case that was played to its end. */
export interface Played {
  readonly calls: readonly Call[];
  readonly hits: number;
  readonly steps: readonly PlayedStep[];
  readonly start: FrozenCluster;
  readonly end: FrozenCluster;
}

/** A use case whose earlier steps have been made: where each of its cells begins. */
export interface Prepared {
  readonly useCase: UseCase;
  readonly scene: Scene;
  readonly steps: readonly Step[];
}

export async function prepare(useCase: UseCase): Promise<Prepared> {
  const scene = await useCase.scene();
  const view = new View(scene.now);
  if (useCase.given === undefined) return { useCase, scene, steps: useCase.steps(view, undefined) };
  const { product, store, transport } = stage(scene, null);
  const given = await useCase.given(product, view);
  const now = freeze(store);
  return { useCase, scene: { ...scene, before: transport.before, now }, steps: useCase.steps(new View(now), given) };
}

/** Plays it in a cluster of its own, on a clock of its own, with at most one fault. */
export async function play({ scene, steps }: Prepared, fault: Fault | null): Promise<Played> {
  const { product, store, transport, clock } = stage(scene, fault);
  const played: PlayedStep[] = [];
  for (const step of steps) played.push(await playStep(step, product, clock));
  return { calls: transport.calls, hits: transport.hits, steps: played, start: scene.now, end: freeze(store) };
}

function stage(scene: Scene, fault: Fault | null) {
  const clock = new VirtualClock(scene.at);
  const store = thaw(scene.now);
  const transport = new VirtualTransport({ store, before: scene.before, clock, podLogs: scene.podLogs }, fault);
  return { clock, store, transport, product: productOver(transport, () => clock.now()) };
}

async function playStep({ name, limitSeconds, play }: Step, product: Product, clock: VirtualClock): Promise<PlayedStep> {
  let slowestSeconds = 0;
  for (let tries = 1; ; tries += 1) {
    const started = clock.milliseconds;
    const told = await play(product).catch(failure);
    slowestSeconds = Math.max(slowestSeconds, (clock.milliseconds - started) / 1000);
    if (told.word !== "transient" || tries > RETRIES.most) return { name, told, tries, slowestSeconds, limitSeconds };
    const seconds = Math.min(RETRIES.maxDelaySeconds, RETRIES.intervalSeconds * RETRIES.backoffRate ** (tries - 1));
    await clock.sleep(seconds * 1000);
  }
}

function failure(error: unknown): Told {
  if (error instanceof TransientUpstreamError) return { word: "transient", reason: error.message };
  return { word: "failed", reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
}
