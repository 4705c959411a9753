import { beforeAll, describe, expect, it } from "vitest";
import { INVARIANTS, type Invariant, InvariantBroken } from "./invariants.ts";
import type { Mutation } from "./mutations.ts";
import { playYear } from "./year.ts";

/** `ROLLGUARD_YEAR_SEED=7 npx vitest run --project unit test/simulation` tells another year. */
const SEED = Number(process.env.ROLLGUARD_YEAR_SEED ?? 20_261_126);
const DAYS = 365;

describe("a year of four services, of people who release what is bad, and of a network that loses things", () => {
  let year: Awaited<ReturnType<typeof playYear>>;

  beforeAll(async () => {
    year = await playYear({ seed: SEED, days: DAYS });
    console.info(`simulated year: ${JSON.stringify(year)}`);
  }, 300_000);

  it(`keeps all ${INVARIANTS.length} invariants: the year came to its end`, () => {
    expect(year.days).toBe(DAYS);
    expect(year.open).toEqual([]);
    expect(year.holders).toEqual([]);
  });

  it("tells the same story again from the same seed, and another from another", async () => {
    const month = (seed: number) => playYear({ seed, days: 12 });
    const [one, again, other] = [await month(SEED), await month(SEED), await month(SEED + 1)];

    expect(again).toEqual(one);
    expect(other.people).not.toEqual(one.people);
  }, 120_000);

  it("was no quiet year: everything that was to go wrong did", () => {
    for (const [what, count] of Object.entries({ ...year.people, ...year.alarms, ...year.trouble })) {
      expect(count, what).toBeGreaterThan(0);
    }
    const { stopped, joined, quarantineSeen, falseRollbacks, mostAtOnce } = year;
    for (const [what, count] of Object.entries({ stopped, joined, quarantineSeen, falseRollbacks })) expect(count, what).toBeGreaterThan(0);
    expect(mostAtOnce).toBeGreaterThan(1);
  });

  it("was mostly put right without a person", () => {
    expect(year.rollbacks).toBeGreaterThan(100);
    expect(year.outcomes.recovered).toBeGreaterThan(year.rollbacks / 2);
    expect(Object.keys(year.outcomes)).toEqual(expect.arrayContaining(["recovered", "escalated", "denied", "error"]));
  });
});

describe("what keeps the automation from doing harm is what keeps the year", () => {
  it.each<[Mutation, Invariant]>([
    ["no lock", "no two rollbacks of one service overlap"],
    ["no quarantine", "no way back to what is quarantined"],
    ["no limits", "pace within the policy"],
  ])(
    "%s: %s is broken",
    async (mutation, invariant) => {
      const broken = await playYear({ seed: SEED, days: DAYS, mutation }).then(
        () => null,
        (error: unknown) => error,
      );

      expect(broken).toBeInstanceOf(InvariantBroken);
      expect(broken).toMatchObject({ invariant });
    },
    300_000,
  );
});
