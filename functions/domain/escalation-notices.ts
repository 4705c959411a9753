import { ESCALATION_TIERS, type EscalationNotice, type EscalationTier, sentNotice } from "./escalation.ts";
import { type EscalationFacts, type EscalationSituation, isUnwell, isUrgent, situationsOf } from "./escalation-situation.ts";
import type { EscalationPolicy, Recipient } from "./rollback-policy.ts";
import { inWords, secondsAfter, secondsBetween } from "./time.ts";

/** Between two sweeps that send what is due: the schedule of `sweep-due`. */
export const SWEEP_SECONDS = 120;

/** `within 5 min` is kept by whoever is due one sweep earlier; of a short time two fifths. */
export function dueWithin(now: string, seconds: number): string {
  return secondsAfter(now, seconds - Math.min(SWEEP_SECONDS, (seconds * 2) / 5));
}

/** Whom the end of an incident calls, and when; at most one notice for each tier, in the order of the tiers. The same facts give the same notices. */
export function escalationsFor(facts: EscalationFacts): readonly EscalationNotice[] {
  const situations = situationsOf(facts);
  const notices = ESCALATION_TIERS.flatMap((tier) => {
    const seconds = withinSeconds(tier, facts, situations);
    return seconds === null ? [] : [noticeOf(tier, seconds, facts, situations)];
  });
  return toldOnce(notices, facts.now);
}

/** Tiers that are called at `at` through one topic hear of it by the first of them, which is the most urgent. */
export function toldOnce(notices: readonly EscalationNotice[], at: string): readonly EscalationNotice[] {
  const isDue = ({ dueAt }: EscalationNotice) => dueAt <= at;
  return notices.map((notice, index) => {
    const told = notices.slice(0, index).some((earlier) => isDue(earlier) && earlier.topicArn === notice.topicArn);
    return notice.state === "pending" && isDue(notice) && told ? sentNotice(notice, at) : notice;
  });
}

/** Within how many seconds the tier is called; 0 = at once, null = not at all. */
function withinSeconds(tier: EscalationTier, facts: EscalationFacts, situations: readonly EscalationSituation[]): number | null {
  const { policy, outcome, classes, strategy, rollback } = facts;
  const urgent = isUrgent(situations);
  const is = (...any: readonly EscalationSituation[]) => any.some((situation) => situations.includes(situation));
  const persists = is("rollback-failed", "critical-service-down", "performance-persists", "high-business-impact");
  switch (tier) {
    case "on-call":
      return urgent || is("needs-a-human") ? 0 : null;
    case "management":
      return urgent ? policy.managementSeconds : null;
    case "devops":
      return persists ? policy.devopsSeconds : null;
    case "product":
      return persists ? policy.productSeconds : null;
    case "security": {
      const concerned = isUnwell(outcome) || outcome === "recovered";
      const always = policy.securityAlways && strategy === "immediate" && rollback !== "not-begun";
      return concerned && (classes.includes("security") || always) ? 0 : null;
    }
    case "post-mortem":
      return urgent || persists || is("worth-a-review") ? policy.postMortemSeconds : null;
  }
}

const RECIPIENT_OF: Readonly<Record<EscalationTier, Recipient>> = {
  "on-call": "onCall",
  management: "management",
  devops: "devops",
  product: "product",
  security: "security",
  // who keeps the platform keeps the calendar of its reviews
  "post-mortem": "devops",
};

/** Topic of a tier's people, else the service's own; null = the stack's. */
export function topicOf(tier: EscalationTier, { topics }: EscalationPolicy, serviceTopicArn: string | null): string | null {
  return topics[RECIPIENT_OF[tier]] ?? serviceTopicArn;
}

/** Those who must act are paged; the others get a message. */
export function urgencyOf(tier: EscalationTier): EscalationNotice["urgency"] {
  return tier === "on-call" || tier === "management" || tier === "security" ? "page" : "notice";
}

function noticeOf(
  tier: EscalationTier,
  seconds: number,
  facts: EscalationFacts,
  situations: readonly EscalationSituation[],
): EscalationNotice {
  const { incidentId, service, policy, serviceTopicArn, closing, now } = facts;
  const topicArn = topicOf(tier, policy, serviceTopicArn);
  // Who reads the closing event at this very moment is not told the same twice; a page is only told by a page.
  const isToldAlready =
    seconds === 0 && topicArn === serviceTopicArn && (closing === "page" || (closing === "notice" && urgencyOf(tier) === "notice"));
  return {
    incidentId,
    service,
    tier,
    dueAt: seconds === 0 ? now : dueWithin(now, seconds),
    topicArn,
    urgency: urgencyOf(tier),
    message: messageOf(tier, seconds, facts, situations),
    state: isToldAlready ? "sent" : "pending",
    settledAt: isToldAlready ? now : null,
    settledBy: null,
    settledReason: null,
  };
}

function messageOf(
  tier: EscalationTier,
  seconds: number,
  { incidentId, outcome, severity, classes, openedAt, summary, now }: EscalationFacts,
  situations: readonly EscalationSituation[],
): string {
  const gravity = `severity ${severity ?? "not known"}${classes.length === 0 ? "" : `, class ${classes.join(", ")}`}`;
  const lasted = inWords(secondsBetween(openedAt, now));
  const facts = `${outcome} after ${lasted}, ${gravity} (${situations.map((situation) => situation.replaceAll("-", " ")).join(", ") || "told of every immediate rollback"})`;
  const silence = `Silence what follows: rollguard ack ${incidentId} --reason "..."`;
  switch (tier) {
    case "on-call":
    case "security":
      return `${summary}. ${facts}. ${silence}`;
    case "management":
    case "devops":
    case "product":
      return `${summary}. ${facts}; nobody has acknowledged it within ${inWords(seconds)}. ${silence}`;
    case "post-mortem":
      return `Post-mortem of ${incidentId} is due within ${inWords(seconds)} of its end at ${now}: ${summary}. ${facts}. Draft: rollguard show ${incidentId} --html post-mortem.html`;
  }
}
