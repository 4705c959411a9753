import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { settleBounded } from "../../functions/runtime/bounded.ts";

describe("settleBounded", () => {
  it("does everything once, in order of results, never more than the limit at a time, whatever fails (property)", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 20 }),
        fc.integer({ min: 1, max: 6 }),
        fc.scheduler(),
        async (items, limit, scheduler) => {
          let [running, most] = [0, 0];
          const work = async (fails: boolean) => {
            running += 1;
            most = Math.max(most, running);
            await scheduler.schedule(Promise.resolve());
            running -= 1;
            if (fails) throw new Error("no");
            return "done";
          };

          const settled = settleBounded(items, limit, work);
          await scheduler.waitFor(settled);

          expect((await settled).map(({ status }) => status)).toEqual(items.map((fails) => (fails ? "rejected" : "fulfilled")));
          expect(most).toBe(Math.min(limit, items.length));
        },
      ),
    );
  });
});
