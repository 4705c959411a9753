import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Tunings } from "../../../functions/ports/tunings.ts";
import { aTunedAlarm } from "../builders/tuning.ts";

/** What alarms were tuned to, against the fake and the table. */
export function describeTunings(name: string, underTest: () => Tunings): void {
  const scene = () => {
    const record = aTunedAlarm({ service: `checkout-${randomUUID().slice(0, 8)}`, appliedAt: null });
    return { tunings: underTest(), record, read: () => underTest().ofService(record.service) };
  };

  describe(`${name}: tunings`, () => {
    it("are kept by service and trigger, and read back as written", async () => {
      const { tunings, record, read } = scene();
      const other = { ...record, trigger: "error-rate", notes: ["the floor 5% counts"], release: null };

      expect([await tunings.keep(record), await tunings.keep(other)]).toEqual([true, true]);

      const kept = await read();
      expect(kept.toSorted((one, two) => one.trigger.localeCompare(two.trigger))).toEqual([other, record]);
      expect(await tunings.ofService("nobody")).toEqual([]);
    });

    it("of two tuners at once have one winner, of the first and of every later revision", async () => {
      const { tunings, record, read } = scene();

      const first = await Promise.all([tunings.keep(record), tunings.keep({ ...record, threshold: 1 })]);
      const second = await Promise.all([tunings.keep({ ...record, revision: 2 }), tunings.keep({ ...record, revision: 2, threshold: 1 })]);

      expect([first, second].map((outcomes) => outcomes.toSorted())).toEqual([
        [false, true],
        [false, true],
      ]);
      expect(await read()).toMatchObject([{ revision: 2 }]);
    });

    it("are noted as applied, and forgotten, by the very revision only", async () => {
      const { tunings, record, read } = scene();
      const next = { ...record, revision: 2 };
      await tunings.keep(record);
      await tunings.keep(next);

      expect([await tunings.applied(record, "2026-11-20T04:00:00.000Z"), await tunings.forget(record)]).toEqual([false, false]);
      expect(await read()).toEqual([next]);
      expect(await tunings.applied(next, "2026-11-20T04:00:00.000Z")).toBe(true);
      expect(await read()).toEqual([{ ...next, appliedAt: "2026-11-20T04:00:00.000Z" }]);
      expect([await tunings.forget(next), await tunings.forget(next), await tunings.applied(next, "x")]).toEqual([true, false, false]);
      expect(await read()).toEqual([]);
    });
  });
}
