import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Baselines } from "../../../functions/ports/baselines.ts";
import { aBaselineItem } from "../builders/baseline.ts";

/** What signals were like, against the fake and the table. */
export function describeBaselines(name: string, underTest: () => Baselines): void {
  const scene = () => {
    const item = aBaselineItem({ service: `checkout-${randomUUID().slice(0, 8)}` });
    return { baselines: underTest(), item, read: () => underTest().ofService(item.service) };
  };

  describe(`${name}: baselines`, () => {
    it("are kept by service, release and signal, and read back as written", async () => {
      const { baselines, item, read } = scene();
      const calibration = {
        ...{ rule: "release" as const, threshold: 1.3, falsePercent: 0.5, foundPercent: [71.5, 96], replays: 1822, effectiveN: 336 },
      };
      const full = { ...item, signal: "error_rate", hourly: [...Array(23).fill(0.1), null], calibration, historyReadAt: item.to };
      const older = { ...item, release: "0ddba11ad1ce", before: { release: "x", to: item.from, median: 1e-7, mad: 0 } };

      expect([await baselines.keep(item), await baselines.keep(full), await baselines.keep(older)]).toEqual([true, true, true]);

      const kept = await read();
      expect(kept.toSorted((one, two) => `${one.release}${one.signal}`.localeCompare(`${two.release}${two.signal}`))).toEqual([
        older,
        full,
        item,
      ]);
      expect(await baselines.ofService("nobody")).toEqual([]);
    });

    it("of one release and signal are replaced by a window that ends later, and by the same one once more", async () => {
      const { baselines, item, read } = scene();
      const newer = { ...item, to: "2026-11-20T04:12:05.000Z", median: 130 };
      await baselines.keep(item);

      expect([await baselines.keep(newer), await baselines.keep(item)]).toEqual([true, false]);
      expect(await read()).toEqual([newer]);
      expect(await baselines.keep({ ...newer, historyReadAt: newer.to })).toBe(true);
      expect(await read()).toEqual([{ ...newer, historyReadAt: newer.to }]);
    });

    it("of two takers at once, the newest window stays", async () => {
      const { baselines, item, read } = scene();
      const windows = ["2026-11-20T04:00:00.000Z", "2026-11-20T06:00:00.000Z", "2026-11-20T05:00:00.000Z"];

      await Promise.all(windows.map((to) => baselines.keep({ ...item, to })));

      expect(await read()).toMatchObject([{ to: "2026-11-20T06:00:00.000Z" }]);
    });

    it("are forgotten one by one, and what is not there is forgotten too", async () => {
      const { baselines, item, read } = scene();
      const other = { ...item, signal: "error_rate" };
      await baselines.keep(item);
      await baselines.keep(other);

      await baselines.forget(item);
      await baselines.forget(item);

      expect(await read()).toEqual([other]);
    });
  });
}
