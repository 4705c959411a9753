import { describe, expect, it } from "vitest";
import { observeRelease } from "../../functions/domain/observe-release.ts";
import { alarmsOfRelease, type KnownAlarm } from "../../functions/domain/release-alarms.ts";
import type { ReleaseObservation } from "../../functions/domain/release-observation.ts";
import { baselineBasis } from "../../functions/domain/tuning/baseline-basis.ts";
import { aBlueprint, aTrigger, aWorkloadState } from "../support/builders/index.ts";
import { aBaselineForm } from "../support/builders/tuning.ts";

const fixed = aTrigger();
const tuned = aTrigger({ name: "slower", alarmName: "rollguard-checkout-slower", rule: null, form: aBaselineForm() });

function said(triggers: Parameters<typeof aTrigger>[0][], states: Readonly<Record<string, KnownAlarm["state"]>> = {}) {
  const alarms = new Map(Object.entries(states).map(([alarmName, state]) => [alarmName, { state }]));
  return alarmsOfRelease(aBlueprint({ triggers: triggers.map(aTrigger) }), alarms);
}

/** The look of every minute of so many hours, with no alarm there. */
function observedFor(hours: number): { readonly observation: ReleaseObservation | null; readonly now: string } {
  let observation: ReleaseObservation | null = null;
  let now = new Date("2026-11-21T00:00:00.000Z");
  for (let minute = 0; minute <= hours * 60; minute++) {
    now = new Date(Date.parse("2026-11-21T00:00:00.000Z") + minute * 60_000);
    const observations = observation === null ? [] : [observation];
    observation = observeRelease({ service: "checkout", state: aWorkloadState(), observations, ...said([tuned]), lockHeld: false, now });
  }
  return { observation, now: now.toISOString() };
}

describe("whether a service is without data", () => {
  it("does not ask for an alarm that is made only once a release is good", () => {
    expect(said([tuned]).withoutData).toBe(false);
  });

  it("does not take the place of a release's verdict: a service with tuned triggers alone gets one, and with it a baseline", () => {
    const { observation, now } = observedFor(3);

    expect(observation?.verdict).toBe("good");
    const observations = observation === null ? [] : [observation];
    expect(baselineBasis({ form: aBaselineForm(), releases: [], observations, record: null, now })).toHaveProperty("groups");
  });

  it("still asks for a tuned alarm that is there, and for every other one", () => {
    expect(said([tuned], { [tuned.alarmName]: "INSUFFICIENT_DATA" }).withoutData).toBe(true);
    expect(said([tuned, fixed], { [fixed.alarmName]: "INSUFFICIENT_DATA" }).withoutData).toBe(true);
    expect(said([fixed]).withoutData).toBe(true);
    expect(said([tuned, fixed], { [fixed.alarmName]: "OK" }).withoutData).toBe(false);
  });

  it("is no question for a service without triggers", () => {
    expect(said([]).withoutData).toBe(false);
  });
});

describe("triggers in observe", () => {
  const slow = { ...fixed, name: "slow", alarmName: "rollguard-checkout-slow", periodSeconds: 900 };

  it("neither delay a release's verdict nor tell whether the service is without data", () => {
    const [alone, watched, armed] = [[], [{ ...slow, mode: "observe" as const }], [slow]].map((more) =>
      said([fixed, ...more], { [fixed.alarmName]: "INSUFFICIENT_DATA", [slow.alarmName]: "OK" }),
    );

    expect(watched).toEqual(alone);
    expect(watched?.withoutData).toBe(true);
    expect(armed).toMatchObject({ withoutData: false, goodAfterSeconds: 2 * (2 * 900 + 2 * 60) });
  });

  it("alone ask for no data", () => {
    expect(said([{ ...slow, mode: "observe" }], { [slow.alarmName]: "INSUFFICIENT_DATA" }).withoutData).toBe(false);
  });
});
