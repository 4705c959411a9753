import { autoregression, gaussian, logUniform, type Random } from "./noise.ts";

/** Makes the value of each step, in order, from 0. */
export type SeriesKind = (random: Random, stepsPerDay: number) => (step: number) => number;

function daily(step: number, phase: number, stepsPerDay: number): number {
  return Math.sin(2 * Math.PI * (step / stepsPerDay - phase));
}

/** CPU of a service with constant load. */
const steadyCpu: SeriesKind = (random) => {
  const level = logUniform(random, 5, 60);
  const noise = autoregression(random, 0.5, logUniform(random, 0.02, 0.12));
  return () => level * Math.exp(noise());
};

/** CPU that follows the day. */
const dailyCpu: SeriesKind = (random, stepsPerDay) => {
  const level = logUniform(random, 5, 40);
  const swing = 0.2 + 0.5 * random();
  const phase = random();
  const noise = autoregression(random, 0.7, logUniform(random, 0.05, 0.15));
  return (step) => level * Math.exp(swing * daily(step, phase, stepsPerDay) + noise());
};

/** Requests of a service that rests at the weekend. */
const weeklyRequests: SeriesKind = (random, stepsPerDay) => {
  const level = logUniform(random, 10, 300);
  const phase = random();
  const noise = autoregression(random, 0.8, 0.15);
  return (step) => {
    const isWorkday = Math.floor(step / stepsPerDay) % 7 < 5;
    return level * Math.exp((isWorkday ? 0.8 : 0.2) * daily(step, phase, stepsPerDay) + noise());
  };
};

/** A latency with a slight day and single slow periods. */
const latency: SeriesKind = (random, stepsPerDay) => {
  const level = logUniform(random, 50, 400);
  const noise = autoregression(random, 0.6, 0.08);
  const phase = random();
  return (step) => level * Math.exp(0.15 * daily(step, phase, stepsPerDay) + noise()) * (random() < 0.01 ? logUniform(random, 1.3, 5) : 1);
};

/** CPU at its limit. */
const saturatedCpu: SeriesKind = (random) => {
  const noise = autoregression(random, 0.8, 0.02);
  return () => Math.min(100, 92 * Math.exp(noise()));
};

/** Memory that grows until something collects it. */
const sawtoothMemory: SeriesKind = (random, stepsPerDay) => {
  const length = Math.round(stepsPerDay * (0.17 + 1.4 * random()));
  const level = logUniform(random, 10, 40);
  const noise = autoregression(random, 0.3, 0.03);
  return (step) => level * (1 + 1.5 * ((step % length) / length)) * Math.exp(noise());
};

/** A level that wanders for days. */
const wanderingLevel: SeriesKind = (random) => {
  const level = logUniform(random, 10, 1_000);
  const slow = autoregression(random, 0.995, 0.5);
  const fast = autoregression(random, 0.2, 0.05);
  return () => level * Math.exp(slow() + fast());
};

/** Independent values with heavy tails. */
const heavyTails: SeriesKind = (random) => {
  const level = logUniform(random, 10, 1_000);
  const spread = 0.3 + 0.5 * random();
  return () => level * Math.exp(spread * gaussian(random) * (random() < 0.1 ? 3 : 1));
};

/** Signals whose level stays, or moves smoothly. */
export const STEADY_KINDS = {
  ...{ "steady-cpu": steadyCpu, "daily-cpu": dailyCpu, "weekly-requests": weeklyRequests, latency },
  ...{ "saturated-cpu": saturatedCpu, "sawtooth-memory": sawtoothMemory, "wandering-level": wanderingLevel, "heavy-tails": heavyTails },
} as const satisfies Record<string, SeriesKind>;
