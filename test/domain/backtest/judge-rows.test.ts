import { describe, expect, it } from "vitest";
import { backtest } from "../../../functions/domain/backtest/backtest.ts";
import { calibrateRelease } from "../../../functions/domain/judging/calibrate-release.ts";
import { releaseHistory } from "../../../functions/domain/judging/release-history.ts";
import { aService, dataOf, deploysAt, leaf, minutes } from "./scenes.ts";

const DAYS = 4 * 1_440;
const LATENCY = 'name: latency, signal: latency, when: "> 120ms"';
const row = (signal: string) => ({ signal, class: "performance", severity: "high" }) as const;
const looks = (...signals: readonly string[]) => ({ mode: "observe", signals: signals.map(row) }) as const;

/** Between 0 and 1, always the same. */
const random = (n: number) => Math.abs(Math.sin(n * 12.9898) * 43_758.5453) % 1;

describe("the judge's row of a signal", () => {
  const service = aService(LATENCY);

  it("reads silence of events that should be few as none of them, and of those that should be many as no point", () => {
    const events = minutes(DAYS, 0).map((_, minute) => (random(minute) < 0.5 ? 1 + Math.floor(3 * random(minute + 0.5)) : Number.NaN));
    const judged = (better: "lower" | "higher") => {
      const signals = service.signals.map((signal) =>
        signal.name === "orders" ? { ...signal, publishes: "on-event" as const, better } : signal,
      );
      const blueprint = { ...service, signals, looks: looks("orders") };
      return backtest(blueprint, dataOf(blueprint, { orders: [leaf(events)] }), deploysAt(3_500, 4_000)).judge[0];
    };

    expect(judged("lower")).toMatchObject({ judged: true, deploys: { judged: 2, inconclusive: 0 } });
    expect(judged("higher")).toMatchObject({ judged: false, why: "its history is shorter than 48 h" });
  });

  it("says why a full history tells nothing", () => {
    const blueprint = { ...service, looks: looks("latency", "orders") };

    const { judge } = backtest(
      blueprint,
      dataOf(blueprint, { latency: [leaf(minutes(DAYS, 0))], orders: [leaf(minutes(1_000, 5))] }),
      deploysAt(4_000),
    );

    expect(judge.map(({ signal, why }) => [signal, why])).toEqual([
      ["latency", "it was never over 0 in its history, which tells no usual level"],
      ["orders", "no deploy has 48 h of history before it and an hour after it"],
    ]);
  });

  it("shares its budget with those only that a look could judge at that time", () => {
    const bursts = minutes(DAYS, 0).map((_, minute) => 100 * Math.exp(random(Math.floor(minute / 25)) ** 6));
    const calibrationOf = (family: number) => {
      const history = releaseHistory(bursts.slice(0, 4_000), 60, "increase");
      const calibration = history && calibrateRelease(history, family);
      return { falsePercent: calibration?.falsePercent, foundPercent: calibration?.foundPercent };
    };
    const judged = (points: Parameters<typeof dataOf>[1]) => {
      const blueprint = { ...service, looks: looks("latency", "orders", "p95") };
      const { judge } = backtest(blueprint, dataOf(blueprint, { latency: [leaf(bursts)], ...points }), deploysAt(4_000));
      return judge.find(({ signal }) => signal === "latency")?.calibrations;
    };

    const never = judged({ orders: [leaf(minutes(DAYS, 0))], p95: [leaf(minutes(300, 80))] });
    const also = judged({ orders: [leaf(bursts)], p95: [leaf(bursts)] });

    expect(never).toMatchObject([calibrationOf(1)]);
    expect(also).toMatchObject([calibrationOf(3)]);
    expect(calibrationOf(1)).not.toEqual(calibrationOf(3));
  });
});
