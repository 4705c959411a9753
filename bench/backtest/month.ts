import { writeFileSync } from "node:fs";

export const MONTH_DAYS = 30;
const MINUTES = MONTH_DAYS * 1440;
const START = Date.UTC(2026, 8, 1);

/** What the bench replays: six triggers, among them a percentile, a ratio and a composite over four windows of that ratio. */
export const MONTH_BLUEPRINT = `metadata:
  name: shop
  version: 1.0.0
spec:
  target: { cluster: bench, namespace: shop }
  mode: observe
  signals:
    latency_p95: { unit: ms, metric: { namespace: Shop, name: Latency, stat: p95 } }
    error_rate:
      unit: "%"
      ratio:
        part: { namespace: Shop, name: Failed, stat: Sum }
        total: { namespace: Shop, name: Requests, stat: Sum }
        minimum_total: 20
    cpu: { unit: "%", metric: { namespace: Shop, name: Cpu, stat: Average } }
    memory: { unit: "%", metric: { namespace: Shop, name: Memory, stat: Average } }
  looks: { signals: [latency_p95, error_rate, cpu, memory] }
  triggers:
    - { name: latency, signal: latency_p95, class: performance, severity: high, when: "> 300ms", datapoints_to_alarm: 3, evaluation_periods: 3 }
    - { name: latency-twice, signal: latency_p95, class: performance, severity: high, when: "> 2x baseline", datapoints_to_alarm: 2, evaluation_periods: 3 }
    - { name: errors, signal: error_rate, class: performance, severity: critical, when: "> 1%", datapoints_to_alarm: 2, evaluation_periods: 3 }
    - { name: budget, signal: error_rate, class: performance, severity: critical, burn_rate: { objective: 99.9% } }
    - { name: cpu, signal: cpu, class: infrastructure, severity: high, when: "> 60%", period: 5m, datapoints_to_alarm: 2, evaluation_periods: 2 }
    - { name: memory, signal: memory, class: infrastructure, severity: high, when: "> 80%", datapoints_to_alarm: 5, evaluation_periods: 5 }
`;

/** Writes a month of minutes, always the same one: a day's rhythm, noise that comes back, a few gaps, one row twice. Answers with the number of rows. */
export function writeMonth(path: string): number {
  const random = mulberry32(1);
  const noise = () => random() + random() - 1;
  const lines = ["timestamp,signal,value,samples"];
  let drift = 0;
  for (let minute = 0; minute < MINUTES; minute++) {
    const time = new Date(START + minute * 60_000).toISOString().slice(0, 19);
    const requests = Math.round(300 + 150 * Math.sin((2 * Math.PI * minute) / 1440) + 40 * random());
    drift = 0.95 * drift + 0.05 * noise();
    const failed = Math.round(requests * 0.004 * random());
    if (minute % 5_000 === 4_999) continue;
    lines.push(
      `${time},latency_p95,${(180 * Math.exp(drift + 0.05 * noise())).toFixed(2)},${requests}`,
      `${time},error_rate,${((100 * failed) / requests).toFixed(6)},${requests}`,
      `${time},cpu,${(40 + 8 * noise() + 20 * drift).toFixed(3)},4`,
      `${time},memory,${(60 + 2 * noise()).toFixed(3)},4`,
    );
    if (minute === 20_000) lines.push(`${time},memory,60.1,4`);
  }
  writeFileSync(path, `${lines.join("\n")}\n`);
  return lines.length - 1;
}

/** Two deploys on every working day. */
export function writeDeploys(path: string): void {
  const days = Array.from({ length: MONTH_DAYS }, (_, day) => day).filter(
    (day) => new Date(START + day * 86_400_000).getUTCDay() % 6 !== 0,
  );
  const times = days.flatMap((day) =>
    [10, 15].map((hour) => new Date(START + day * 86_400_000 + hour * 3_600_000 + 17_000).toISOString().slice(0, 19)),
  );
  writeFileSync(path, `${times.join("\n")}\n`);
}

/** Tommy Ettinger's mulberry32: the same numbers everywhere. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
