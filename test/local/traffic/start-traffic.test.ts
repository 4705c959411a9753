import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { MetricPoint } from "../../../local/traffic/metric-points.ts";
import { DEMO_PROFILES } from "../../../local/traffic/profiles.ts";
import type { ServicePods } from "../../../local/traffic/service-traffic.ts";
import { type PodSource, startTraffic } from "../../../local/traffic/start-traffic.ts";
import type { TrafficProfile } from "../../../local/traffic/traffic-model.ts";

const start = Date.parse("2026-11-22T10:00:03Z");
const services = { "todo-frontend": DEMO_PROFILES["todo-frontend"] as TrafficProfile };

describe("startTraffic", () => {
  beforeEach(() => vi.useFakeTimers({ now: start }));
  afterEach(() => vi.useRealTimers());

  it("publishes a healthy past of 15 minutes before anything else", async () => {
    const published = new Published();

    const traffic = await startTraffic({ services, pods: podsThatAre(replicas(3)), publisher: published, clock });
    await traffic.stop();

    const latency = published.points("Latency");
    expect(latency).toHaveLength(90);
    expect(latency[0]?.at).toEqual(new Date("2026-11-22T09:45:02Z"));
    expect(published.p95s().every((p95) => p95 > 117 && p95 < 123)).toBe(true);
  });

  it("publishes every interval once, stamped with its beginning", async () => {
    const published = new Published();
    const traffic = await startTraffic({ services, pods: podsThatAre(replicas(3)), publisher: published, clock, pastMinutes: 0 });

    await vi.advanceTimersByTimeAsync(7_000);
    await traffic.stop();
    await vi.advanceTimersByTimeAsync(7_000);

    expect(published.points("RequestCount").map((point) => point.at.toISOString().slice(17, 19))).toEqual(["02", "04", "06", "08"]);
    expect(published.points("RequestCount").map((point) => point.values)).toEqual([[400], [400], [400], [400]]);
  });

  it("follows the pods: a lost replica costs latency at once", async () => {
    const published = new Published();
    const state = replicas(3);
    const traffic = await startTraffic({ services, pods: podsThatAre(state), publisher: published, clock, pastMinutes: 0 });

    await vi.advanceTimersByTimeAsync(2_000);
    state.pods.pop();
    await vi.advanceTimersByTimeAsync(2_000);
    await traffic.stop();

    const [before = 0, after = 0] = published.p95s();
    expect(before).toBeCloseTo(120, -1);
    expect(after).toBeGreaterThan(270);
    expect(published.points("ReadyPercent").map((point) => Math.round(point.values[0] ?? 0))).toEqual([100, 67]);
  });

  it("lets a dependency fail and come back", async () => {
    const published = new Published();
    const traffic = await startTraffic({ services, pods: podsThatAre(replicas(3)), publisher: published, clock, pastMinutes: 0 });

    traffic.setConditions("todo-frontend", { dependencyDown: true });
    await vi.advanceTimersByTimeAsync(2_000);
    traffic.setConditions("todo-frontend", { dependencyDown: false });
    await vi.advanceTimersByTimeAsync(2_000);
    await traffic.stop();

    const [down = 0, up = 0] = published.points("ErrorCount").map((point) => point.values[0] ?? 0);
    expect(down).toBeGreaterThan(130);
    expect(up).toBeLessThan(3);
  });

  it("goes on when the pods cannot be read for a while", async () => {
    const errors: unknown[] = [];
    const published = new Published();
    let reads = 0;
    const pods: PodSource = {
      read: async () => {
        if (reads++ === 0) throw new Error("API server restarts");
        return new Map([["todo-frontend", replicas(3)]]);
      },
    };

    const traffic = await startTraffic({
      services,
      pods,
      publisher: published,
      clock,
      pastMinutes: 0,
      onError: (error) => errors.push(error),
    });
    await vi.advanceTimersByTimeAsync(4_000);
    await traffic.stop();

    expect(errors).toEqual([new Error("API server restarts")]);
    expect(published.points("RequestCount")).toHaveLength(1);
  });

  it("refuses conditions for a service without traffic", async () => {
    const traffic = await startTraffic({ services, pods: podsThatAre(replicas(3)), publisher: new Published(), clock, pastMinutes: 0 });

    expect(() => traffic.setConditions("serach", { dependencyDown: true })).toThrow(
      'no traffic flows to "serach"; services are todo-frontend',
    );
    await traffic.stop();
  });
});

const clock = { now: () => new Date() };

class Published {
  private readonly all: MetricPoint[] = [];

  async publish(namespace: string, points: readonly MetricPoint[]): Promise<void> {
    expect(namespace).toBe("Demo/todo-frontend");
    this.all.push(...points);
  }

  points(name: string): MetricPoint[] {
    return this.all.filter((point) => point.name === name);
  }

  p95s(): number[] {
    return this.points("Latency").map((point) => point.values[3] ?? Number.NaN);
  }
}

function replicas(count: number): ServicePods & { pods: { image: string; readySince: Date }[] } {
  const pods = Array.from({ length: count }, () => ({ image: "demo/todo-frontend:v1", readySince: new Date(start - 3_600_000) }));
  return { desiredReplicas: count, pods };
}

function podsThatAre(state: ServicePods): PodSource {
  return { read: async () => new Map([["todo-frontend", state]]) };
}
