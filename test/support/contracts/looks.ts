import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Looks } from "../../../functions/ports/looks.ts";
import { aLook, aSignalLook } from "../builders/look.ts";
import { MOMENTS } from "../builders/moments.ts";

/** What every store of looks keeps to. */
export function describeLooks(name: string, underTest: () => Looks): void {
  describe(`${name}: looks at releases`, () => {
    const aService = () => `svc-${randomUUID().slice(0, 8)}`;

    it("keeps the first of a look, with all its figures", async () => {
      const look = aLook({
        service: aService(),
        modeReason: "a week of would-haves",
        signals: [aSignalLook(), aSignalLook({ factor: null, limit: null })],
      });

      expect(await underTest().keep(look)).toBe(true);
      expect(await underTest().keep({ ...look, verdict: "pass", reason: "told otherwise" })).toBe(false);
      expect(await underTest().ofRun(look)).toEqual([look]);
    });

    it("keeps one of ten at once", async () => {
      const look = aLook({ service: aService() });

      const kept = await Promise.all(Array.from({ length: 10 }, () => underTest().keep(look)));

      expect(kept.filter((one) => one)).toHaveLength(1);
    });

    it("tells the looks of one run in the order of their minutes, and those of a release that came back apart", async () => {
      const service = aService();
      for (const minutes of [60, 5, 25]) await underTest().keep(aLook({ service, minutes }));
      await underTest().keep(aLook({ service, liveSince: MOMENTS.openedAt }));
      await underTest().keep(aLook({ service, release: "aa0011223344" }));
      await underTest().keep(aLook({ service: aService() }));

      expect((await underTest().ofRun(aLook({ service }))).map(({ minutes }) => minutes)).toEqual([5, 25, 60]);
      expect(await underTest().ofService(service)).toHaveLength(5);
      expect(await underTest().ofRun(aLook({ service: aService() }))).toEqual([]);
    });
  });
}
