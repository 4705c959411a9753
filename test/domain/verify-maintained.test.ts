import { describe, expect, it } from "vitest";
import { verify } from "../../functions/domain/verify.ts";
import { ALARM_NAME, aProgress } from "../support/builders/index.ts";
import { assessment, at, facts, good, plan, restored, stable } from "./support/verification-facts.ts";

const none = good.map(({ signal }) => ({ signal, value: null }));
const maintained = { ...stable, maintained: true };
const alarm = (state: "ALARM" | "INSUFFICIENT_DATA") => [{ alarmName: ALARM_NAME, trigger: "latency-p95", state, since: at(-200) }];

describe("under the maintenance page", () => {
  it("a signal without a value and an alarm without data decide nothing, and are shown", () => {
    const { verdict, recovery, checks } = verify(facts({ previous: maintained, readings: none, alarms: alarm("INSUFFICIENT_DATA") }));

    expect({ verdict, recovery }).toEqual({ verdict: "pass", recovery: "recovered" });
    expect(checks.find(({ check }) => check === `alarm ${ALARM_NAME}`)).toMatchObject({
      verdict: "inconclusive",
      actual: "INSUFFICIENT_DATA, no traffic under the maintenance page",
      critical: false,
    });
  });

  it("an alarm that stays red for want of data keeps no page up", () => {
    const red = facts({ previous: maintained, readings: none, alarms: alarm("ALARM"), now: at(600) });

    expect(verify(red)).toMatchObject({ verdict: "pass" });
    expect(verify({ ...red, previous: stable })).toMatchObject({ verdict: "fail" });
  });

  it("a value that is there decides as ever", () => {
    const slow = [{ signal: "latency_p95", value: 480 }, ...none.slice(1)];

    expect(verify(facts({ previous: maintained, readings: slow }))).toMatchObject({ verdict: "fail" });
  });

  it("pods decide as ever", () => {
    const workload = { ...restored, pods: restored.pods.map((pod) => ({ ...pod, ready: 0 })) };

    expect(verify(facts({ previous: maintained, readings: none, workload }))).toMatchObject({ next: "keep-watching" });
  });

  it("without the page nothing is let off", () => {
    expect(verify(facts({ readings: none }))).toMatchObject({ verdict: "inconclusive", next: "keep-watching" });
  });
});

describe("the page", () => {
  const route = { router: "gateway-api", name: "checkout", rule: null } as const;
  const page = (set: "on" | "lift") => ({ kind: "maintenance", set, route, backend: "page", prior: "[]" }) as const;
  const weights = { kind: "set-weights", route, weights: { stable: 100 }, prior: { page: 100 } } as const;
  const common = {
    target: null,
    replicas: null,
    onPass: "restore-template-1",
    onFail: "restore-template-1",
    bakeSeconds: 1,
    deadlineSeconds: 10,
  };

  it.each([
    ["is on once it was written, though nothing has confirmed it yet", page("on"), "applied", undefined, true],
    ["is not on where it was refused", page("on"), "refused", undefined, undefined],
    ["is off after the lift", page("lift"), "applied", true, false],
    ["has not all the traffic any more once shares were set", weights, "applied", true, false],
    ["stays where shares were refused", weights, "refused", true, true],
  ] as const)("%s", (_name, action, outcome, before, after) => {
    const step = { ...common, id: "moves", kind: action.kind, action: structuredClone(action) };
    const look = facts({
      assessment,
      plan: { ...plan, steps: [step as never, ...plan.steps] },
      progress: aProgress({ stepId: "moves", stepIndex: 0, outcome, appliedAt: at(0), deadlineAt: at(10) }),
      previous: before === undefined ? null : { ...stable, maintained: before },
      confirmation: { verdict: "not-yet", reason: "the route has not followed" },
    });

    expect(verify(look).maintained).toBe(after);
  });
});
