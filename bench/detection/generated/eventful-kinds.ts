import { autoregression, gamma, gaussian, logUniform, poisson } from "./noise.ts";
import type { SeriesKind } from "./steady-kinds.ts";

/** Idle, with single spikes of up to forty times. */
const idleSpikes: SeriesKind = (random) => {
  const level = logUniform(random, 0.05, 2);
  const noise = autoregression(random, 0.3, 0.08);
  const share = logUniform(random, 0.002, 0.02);
  return () => level * Math.exp(noise()) * (random() < share ? 1 + logUniform(random, 2, 40) : 1);
};

/** A job each hour or each day. */
const jobs: SeriesKind = (random, stepsPerDay) => {
  const level = logUniform(random, 0.5, 5);
  const noise = autoregression(random, 0.3, 0.1);
  const isHourly = random() < 0.5;
  const every = isHourly ? Math.round(stepsPerDay / 24) : stepsPerDay;
  const offset = Math.floor(random() * every);
  const length = 1 + Math.floor(random() * (isHourly ? 2 : 10));
  const height = logUniform(random, 2, 15);
  return (step) => level * Math.exp(noise()) * ((step + offset) % every < length ? height : 1);
};

/** Network traffic in bursts of up to thirty steps. */
const bursts: SeriesKind = (random) => {
  const level = logUniform(random, 1e4, 1e6);
  const noise = autoregression(random, 0.6, 0.25);
  const share = logUniform(random, 0.003, 0.01);
  let [left, height] = [0, 1];
  return () => {
    if (left > 0) left--;
    else {
      height = 1;
      if (random() < share) [left, height] = [Math.ceil(logUniform(random, 1, 30)), logUniform(random, 2, 30)];
    }
    return level * Math.exp(noise()) * height;
  };
};

/** Bytes that are often none. */
const oftenZero: SeriesKind = (random) => {
  const zeros = 0.2 + 0.5 * random();
  const level = logUniform(random, 1e3, 1e6);
  const spread = 0.5 + random();
  return () => (random() < zeros ? 0 : level * Math.exp(spread * gaussian(random)));
};

/** Counts that follow the day, with more variance than chance alone has. */
const dailyCounts: SeriesKind = (random, stepsPerDay) => {
  const level = logUniform(random, 3, 100);
  const swing = 0.3 + 0.7 * random();
  const phase = random();
  const shape = logUniform(random, 2, 20);
  return (step) =>
    poisson(random, level * Math.exp(swing * Math.sin(2 * Math.PI * (step / stepsPerDay - phase))) * (gamma(random, shape) / shape));
};

/** A low error rate of few or many requests, in percent. */
const errorRate: SeriesKind = (random) => {
  const percent = logUniform(random, 0.2, 2);
  const shape = logUniform(random, 1, 5);
  const requests = logUniform(random, 200, 5_000);
  return () => (100 * poisson(random, (percent / 100) * requests * (gamma(random, shape) / shape))) / requests;
};

/** A level that jumps by itself about every other day. */
const shifts: SeriesKind = (random) => {
  const level = logUniform(random, 5, 40);
  const noise = autoregression(random, 0.5, 0.08);
  let factor = 1;
  return () => {
    if (random() < 1 / 500) factor = logUniform(random, 0.5, 2);
    return level * factor * Math.exp(noise());
  };
};

/** Work that comes and goes for hours, at 2.5 times the resting level. */
const twoStates: SeriesKind = (random) => {
  const level = logUniform(random, 1, 30);
  const noise = autoregression(random, 0.4, 0.1);
  let isBusy = false;
  return () => {
    if (random() < (isBusy ? 1 / 60 : 1 / 200)) isBusy = !isBusy;
    return level * (isBusy ? 2.5 : 1) * Math.exp(noise());
  };
};

/** Signals in which something happens by itself: these make false alarms. */
export const EVENTFUL_KINDS = {
  ...{ "idle-spikes": idleSpikes, jobs, bursts, "often-zero": oftenZero, "daily-counts": dailyCounts, "error-rate": errorRate },
  ...{ shifts, "two-states": twoStates },
} as const satisfies Record<string, SeriesKind>;
