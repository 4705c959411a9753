import { describe, expect, it } from "vitest";
import { DEFAULT_ROLLBACK_POLICY } from "../../functions/domain/rollback-policy.ts";
import { firstWriteAt, lateness, type PaceFacts } from "../../functions/domain/rollback-timeout.ts";
import { aPlan, aProgress, aVerification, INCIDENT_ID, MOMENTS, SERVICE, secondsAfter } from "../support/builders/index.ts";

const START = MOMENTS.openedAt;
const at = (seconds: number) => secondsAfter(START, seconds);
const watching = (seconds: number, overrides: Parameters<typeof aVerification>[0] = {}) =>
  aVerification({
    verdict: "inconclusive",
    next: "keep-watching",
    recovery: "undecided",
    recoveredAt: null,
    recoverySeconds: null,
    reason: "converging: 1 of 3 pods are ready",
    verifiedAt: at(seconds),
    firstWriteAt: at(2),
    ...overrides,
  });

/** The look at `now` seconds after the start; the one before it, 20 seconds earlier. */
function look(now: number, overrides: Partial<PaceFacts> & { readonly result?: ReturnType<typeof watching> } = {}) {
  return lateness({
    incidentId: INCIDENT_ID,
    service: SERVICE,
    plan: aPlan(),
    progress: aProgress({ appliedAt: at(2) }),
    previous: watching(now - 20),
    result: watching(now),
    mayActSince: START,
    policy: DEFAULT_ROLLBACK_POLICY,
    serviceTopicArn: null,
    ...overrides,
  });
}
const tiers = (late: ReturnType<typeof lateness>) => late.flatMap(({ notices }) => notices.map(({ tier }) => tier));

describe("a rollback that is not done in its time", () => {
  it("calls on-call and devops at once, and product and the post-mortem in theirs", () => {
    const [late, ...more] = look(3605);

    expect(more).toEqual([]);
    expect(late?.event).toMatchObject({ id: `${at(3602)}#VerifyStep#rollback_timeout`, at: at(3605), urgency: "quiet" });
    expect(late?.event.message).toBe(
      `checkout: the rollback (fast) is not done 60 m 3 s after its first write at ${at(2)}, the limit is 60 m 0 s: step restore-template-1 (1 of 2), converging: 1 of 3 pods are ready. It goes on`,
    );
    expect(late?.notices).toMatchObject([
      { tier: "on-call", urgency: "page", dueAt: at(3602), state: "pending" },
      // the service's topic has it from the page already
      { tier: "devops", urgency: "notice", dueAt: at(3602), state: "sent" },
      { tier: "product", urgency: "notice", dueAt: at(3602 + 1800 - 120), state: "pending" },
      { tier: "post-mortem", urgency: "notice", dueAt: at(3602 + 86_400 - 120), state: "pending" },
    ]);
  });

  it("says so at the one look that passes the limit, and the same when that look is repeated", () => {
    expect(look(3601)).toEqual([]);
    expect(tiers(look(3602))).toHaveLength(4);
    expect(tiers(look(3621))).toHaveLength(4);
    expect(look(3622)).toEqual([]);
    expect(look(3610)[0]?.event.id).toBe(look(3602)[0]?.event.id);
  });

  it.each([
    ["has recovered and is being tidied up after", { recovery: "recovered" }],
    ["has just recovered", { next: "recovered", recovery: "recovered" }],
    ["ends with an escalation, which calls people itself", { next: "escalate", recovery: "not-recovered" }],
  ] as const)("calls nobody when it %s", (_what, overrides) => {
    expect(look(3605, { result: watching(3605, overrides) })).toEqual([]);
  });

  it("counts nothing before the first write", () => {
    expect(look(3605, { result: watching(3605, { firstWriteAt: undefined }) })).toEqual([]);
  });

  it("goes on while a plan is paused: whoever paused it may have forgotten", () => {
    expect(tiers(look(3605, { progress: aProgress({ outcome: "paused" }) }))).toContain("on-call");
  });

  it("goes to the topics of the blueprint, each its own", () => {
    const { escalation, ...policy } = DEFAULT_ROLLBACK_POLICY;
    const topics = { ...escalation.topics, onCall: "arn:aws:sns:eu-central-1:111122223333:on-call" };
    const [late] = look(3605, { policy: { ...policy, escalation: { ...escalation, topics } } });

    expect(late?.notices).toMatchObject([
      { tier: "on-call", topicArn: topics.onCall, state: "pending" },
      { tier: "devops", topicArn: null, state: "pending" },
      {},
      {},
    ]);
  });
});

describe("slow progress", () => {
  const held = aProgress({ stepId: "hold-gitops", stepIndex: 0, outcome: "applied", appliedAt: at(2) });
  const plan = aPlan({
    steps: [{ ...(aPlan().steps[0] as never as object), id: "hold-gitops", kind: "hold-gitops", target: null } as never, ...aPlan().steps],
  });

  it.each([
    ["immediate", 30],
    ["fast", 120],
  ] as const)("%s: devops hear of it when the write is not read back within %i s", (strategy, seconds) => {
    const slow = { plan: { ...plan, strategy }, progress: held };

    expect(look(seconds - 1, slow)).toEqual([]);
    const late = look(seconds + 5, slow);
    expect(tiers(late)).toEqual(["devops"]);
    expect(late[0]?.event).toMatchObject({ type: "slow_progress", id: `${at(seconds)}#VerifyStep#slow_progress` });
    expect(late[0]?.event.message).toContain(`read back within ${seconds === 30 ? "30 s" : "2 m 0 s"}`);
    expect(late[0]?.notices).toMatchObject([{ urgency: "notice", state: "pending", dueAt: at(seconds) }]);
  });

  it("is none where the write was in time, however late the look at it", () => {
    expect(look(125)).toEqual([]);
    expect(look(125, { previous: null })).toEqual([]);
    expect(tiers(look(125, { progress: aProgress({ appliedAt: at(121) }) }))).toEqual(["devops"]);
    expect(look(125, { progress: aProgress({ stepId: "restore-strategy", stepIndex: 1, appliedAt: at(124) }) })).toEqual([]);
  });

  it("is not measured of gradual and canary, which watch first, nor of a paused plan", () => {
    for (const strategy of ["gradual", "canary"] as const)
      expect(look(125, { plan: { ...plan, strategy }, progress: held }), strategy).toEqual([]);
    expect(look(125, { plan, progress: { ...held, outcome: "paused" } })).toEqual([]);
  });
});

describe("the first write", () => {
  it("is the first step that was applied, and stays it", () => {
    expect(firstWriteAt(aPlan(), aProgress({ appliedAt: at(2) }), null)).toBe(at(2));
    expect(firstWriteAt(aPlan(), aProgress({ appliedAt: at(50) }), watching(40))).toBe(at(2));
  });

  it("is none while nothing was written", () => {
    expect(firstWriteAt(aPlan(), aProgress({ outcome: "would-apply" }), null)).toBeNull();
    expect(firstWriteAt(aPlan(), aProgress({ outcome: "refused" }), null)).toBeNull();
    const watchFirst = aPlan({ steps: [{ ...(aPlan().steps[0] as never as object), kind: "watch" } as never] });
    expect(firstWriteAt(watchFirst, aProgress(), null)).toBeNull();
  });
});
