import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SEVERITIES, TRIGGER_CLASSES } from "../../functions/domain/blueprint.ts";
import { freezeAfter } from "../../functions/domain/escalation-freeze.ts";
import { dueWithin, escalationsFor, SWEEP_SECONDS } from "../../functions/domain/escalation-notices.ts";
import type { EscalationFacts } from "../../functions/domain/escalation-situation.ts";
import { OUTCOMES, STRATEGIES } from "../../functions/domain/rollback-document.ts";
import { anEscalationFacts, MOMENTS, secondsAfter } from "../support/builders/index.ts";

const NOW = MOMENTS.closedAt;
const topic = (name: string) => `arn:aws:sns:eu-central-1:111122223333:${name}`;
const withTopics = (topics: Partial<EscalationFacts["policy"]["topics"]>): EscalationFacts["policy"] => {
  const { policy } = anEscalationFacts();
  return { ...policy, topics: { ...policy.topics, ...topics } };
};
const byTier = (facts: Partial<EscalationFacts>) =>
  Object.fromEntries(escalationsFor(anEscalationFacts(facts)).map((notice) => [notice.tier, notice]));

describe("calls", () => {
  it("are due so that the sweep after them keeps the seeds' times: 5, 15 and 30 minutes, and a day", () => {
    const notices = byTier({});

    const latest = (tier: string) => (Date.parse(notices[tier]?.dueAt ?? "") - Date.parse(NOW)) / 1000 + SWEEP_SECONDS;
    expect(["management", "devops", "product", "post-mortem"].map(latest)).toEqual([300, 900, 1800, 86_400]);
  });

  it("are never due at once because a blueprint's time is short", () => {
    expect(dueWithin(NOW, 10)).toBe(secondsAfter(NOW, 6));
    expect(dueWithin(NOW, 300)).toBe(secondsAfter(NOW, 180));
  });

  it("page those who must act, and tell the numbers and the way to stop them", () => {
    const { management, devops } = byTier({ severity: "critical" });

    expect(management).toMatchObject({ urgency: "page", state: "pending" });
    expect(devops).toMatchObject({ urgency: "notice", state: "pending" });
    expect(management?.message).toBe(
      "checkout was rolled back to demo/checkout:v1 but did not recover: latency_p95 is 455 ms. not-recovered after 44 s, severity critical, class performance " +
        '(rollback failed, critical service down, performance persists, high business impact, needs a human); nobody has acknowledged it within 5 m 0 s. Silence what follows: rollguard ack inc-checkout-20261120T031240Z-5f0c9a7be214 --reason "..."',
    );
    expect(byTier({})["post-mortem"]?.message).toContain("is due within 24 h 0 m of its end");
  });

  it("go to the topics of the blueprint, else to the service's", () => {
    const notices = byTier({
      policy: withTopics({ management: topic("boss"), devops: topic("platform") }),
      serviceTopicArn: topic("checkout"),
    });

    expect(Object.entries(notices).map(([tier, { topicArn }]) => [tier, topicArn])).toEqual([
      ["on-call", topic("checkout")],
      ["management", topic("boss")],
      ["devops", topic("platform")],
      ["product", topic("checkout")],
      ["post-mortem", topic("platform")],
    ]);
  });

  it("do not tell on-call twice what the closing page in the same topic says", () => {
    expect(byTier({})["on-call"]).toMatchObject({ state: "sent", settledAt: NOW });
    expect(byTier({ policy: withTopics({ onCall: topic("on-call") }) })["on-call"]).toMatchObject({ state: "pending", dueAt: NOW });
    expect(byTier({ outcome: "recovered", classes: ["security"], closing: "notice", rollback: "proven" })).toMatchObject({
      "on-call": { state: "pending", dueAt: NOW },
      // the same topic, a moment later
      security: { state: "sent" },
    });
  });
});

describe("laws of calls", () => {
  const facts = fc.record({
    outcome: fc.constantFrom(...OUTCOMES),
    severity: fc.constantFrom(...SEVERITIES),
    classes: fc.uniqueArray(fc.constantFrom(...TRIGGER_CLASSES)),
    strategy: fc.option(fc.constantFrom(...STRATEGIES)),
    rollback: fc.constantFrom("not-begun", "proven", "unproven"),
    closing: fc.constantFrom("page", "notice", "quiet"),
    serviceTopicArn: fc.option(fc.constantFrom(topic("checkout"), topic("shared"))),
    policy: fc
      .tuple(fc.option(fc.constantFrom(topic("shared"), topic("on-call"))), fc.boolean())
      .map(([onCall, securityAlways]) => ({ ...withTopics({ onCall, security: onCall }), securityAlways })),
  }) as fc.Arbitrary<Partial<EscalationFacts>>;
  const called = (some: Partial<EscalationFacts>) => escalationsFor(anEscalationFacts(some));

  it("the same facts give the same calls, at most one for each tier, none in the past", () => {
    fc.assert(
      fc.property(facts, (some) => {
        const notices = called(some);
        expect(called(structuredClone(some))).toEqual(notices);
        expect(new Set(notices.map(({ tier }) => tier)).size).toBe(notices.length);
        for (const { dueAt } of notices) expect(dueAt >= NOW).toBe(true);
      }),
    );
  });

  it("a worse severity calls nobody less and nobody later, and freezes no less", () => {
    fc.assert(
      fc.property(facts, fc.constantFrom(0, 1, 2), (some, index) => {
        const [worse, milder] = [SEVERITIES[index], SEVERITIES[index + 1]];
        const more = new Map(called({ ...some, severity: worse }).map((notice) => [notice.tier, notice]));
        for (const notice of called({ ...some, severity: milder })) {
          expect(more.get(notice.tier)?.dueAt ?? "never").toBe(notice.dueAt);
        }
        const freezes = [worse, milder].map((severity) => freezeAfter(anEscalationFacts({ ...some, severity }), null, 3600));
        expect(freezes[1] === null || freezes[0] !== null).toBe(true);
      }),
    );
  });

  it("one class more calls nobody less, and the order of classes says nothing", () => {
    fc.assert(
      fc.property(facts, fc.constantFrom(...TRIGGER_CLASSES), (some, another) => {
        const classes = some.classes ?? [];
        const tiers = (of: readonly string[]) => called({ ...some, classes: of as EscalationFacts["classes"] }).map(({ tier }) => tier);
        expect(tiers([...new Set([...classes, another])])).toEqual(expect.arrayContaining(tiers(classes)));
        expect(tiers([...classes].reverse())).toEqual(tiers(classes));
      }),
    );
  });

  it("whoever is called at once hears of it: by the closing event or by one of his own", () => {
    fc.assert(
      fc.property(facts, (some) => {
        const notices = called(some);
        for (const { state, topicArn } of notices.filter(({ dueAt }) => dueAt === NOW)) {
          const byTheEnd = topicArn === (some.serviceTopicArn ?? null) && some.closing !== "quiet";
          const byAnEvent = notices.some((one) => one.dueAt === NOW && one.state === "pending" && one.topicArn === topicArn);
          expect(state === "pending" || byTheEnd || byAnEvent).toBe(true);
        }
      }),
    );
  });
});

describe("the freeze after a grave incident", () => {
  const group = { name: "shop", dependsOn: [] };

  it("is of the service, or of its group, for an hour", () => {
    expect(freezeAfter(anEscalationFacts(), null, 3600)).toMatchObject({
      scope: "service",
      name: "checkout",
      since: NOW,
      until: secondsAfter(NOW, 3600),
      security: false,
      reason: expect.stringContaining("rollback failed"),
    });
    expect(freezeAfter(anEscalationFacts(), group, 3600)).toMatchObject({ scope: "group", name: "shop" });
  });

  it("is of everything after a critical security breach only", () => {
    const breach = anEscalationFacts({ classes: ["security"], severity: "critical", outcome: "recovered", rollback: "proven" });

    expect(freezeAfter(breach, group, 3600)).toMatchObject({ scope: "all", name: null, security: true });
    expect(freezeAfter({ ...breach, severity: "high" }, group, 3600)).toMatchObject({ scope: "group", security: true });
    expect(freezeAfter({ ...breach, severity: "medium" }, group, 3600)).toBeNull();
  });

  it("is none where nobody is called at once by the seeds", () => {
    expect(freezeAfter(anEscalationFacts({ outcome: "escalated", rollback: "not-begun" }), group, 3600)).toBeNull();
    expect(freezeAfter(anEscalationFacts({ outcome: "recovered", rollback: "proven" }), group, 3600)).toBeNull();
  });
});
