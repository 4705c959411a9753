import type { Freeze } from "./governance.ts";
import type { Quarantine } from "./release.ts";
import type { FreezeWindow } from "./rollback-policy.ts";
import { later, secondsAfter } from "./time.ts";

export interface ReleaseQuestion {
  /** Of any scope, also those that are over. */
  readonly freezes: readonly Freeze[];
  readonly windows: readonly FreezeWindow[];
  readonly quarantine: readonly Quarantine[];
  readonly service: string;
  readonly group: string | null;
  /** `sha256:...` of the image that is to be released. */
  readonly digest?: string | undefined;
  /** The incident that this release is declared to fix. */
  readonly fixes?: string | undefined;
  /** Digests that releases of the service have had: a fix is none of them. @default nothing is known */
  readonly known?: readonly string[];
  readonly now: string;
}

export interface ReleaseAnswer {
  readonly allowed: boolean;
  /** What decided; null when nothing stands in the way. */
  readonly rule: "quarantine" | "security-freeze" | "freeze" | "window" | "fix" | null;
  /** When it may go out, as far as is known now; null when allowed, and where time does not heal it. */
  readonly until: string | null;
  readonly reason: string;
}

interface Obstacle {
  readonly rule: "security-freeze" | "freeze" | "window";
  readonly until: string;
  readonly reason: string;
}

const WEEK_MINUTES = 7 * 24 * 60;
const MINUTE_MILLISECONDS = 60_000;
/** 1970-01-01 was a Thursday: three days after the Monday that weekly windows count from. */
const EPOCH_MINUTE_OF_WEEK = 3 * 24 * 60;

/**
 * May the service be released now? A quarantined digest never may. Freezes and windows stand in the way of everything else, except of a new digest that is
 * declared to fix the incident: it passes the freeze that this incident left and the calendar, not a person's freeze and not one after a security incident.
 */
export function mayRelease(question: ReleaseQuestion): ReleaseAnswer {
  const { quarantine, digest, now } = question;
  const bad = digest === undefined ? undefined : quarantine.find(({ key }) => key === digest);
  if (bad !== undefined) {
    return { allowed: false, rule: "quarantine", until: null, reason: `${bad.key} was proven bad in ${bad.by} (${bad.service})` };
  }
  const inTheWay = [...frozen(question), ...windows(question)];
  const noFix = whyNoFix(question);
  const left = noFix === null ? inTheWay.filter((one) => !isPassed(one, question)) : inTheWay;
  const [first] = left;
  if (first === undefined) {
    const passed = inTheWay.map(({ reason }) => reason).join("; ");
    if (passed === "") return { allowed: true, rule: null, until: null, reason: "nothing stands in the way" };
    return { allowed: true, rule: "fix", until: null, reason: `a fix of ${question.fixes} passes: ${passed}` };
  }
  const until = left.reduce((latest, one) => later(latest, one.until), now);
  const reasons = [...left.map(({ reason }) => reason), ...(question.fixes === undefined || noFix === null ? [] : [noFix])];
  return { allowed: false, rule: first.rule, until, reason: reasons.join("; ") };
}

type Standing = Obstacle & { readonly freeze: Freeze | null };

/** The strictest first. */
function frozen({ freezes, service, group, now }: ReleaseQuestion): Standing[] {
  const holds = freezes.filter((freeze) => Date.parse(freeze.until) > Date.parse(now) && covers(freeze, service, group));
  return [...holds]
    .sort((a, b) => Number(b.security) - Number(a.security) || Date.parse(b.until) - Date.parse(a.until))
    .map((freeze) => ({
      rule: freeze.security ? "security-freeze" : "freeze",
      until: freeze.until,
      reason: `${freezeInWords(freeze)} until ${freeze.until}`,
      freeze,
    }));
}

/** `service checkout is frozen by ada: …`. */
export function freezeInWords({ scope, name, by, reason, incidentId }: Freeze): string {
  const whom = scope === "all" ? "every service" : `${scope} ${name}`;
  return `${whom} is frozen by ${incidentId === null ? by : incidentId}: ${reason}`;
}

function covers({ scope, name }: Freeze, service: string, group: string | null): boolean {
  if (scope === "all") return true;
  return scope === "group" ? group !== null && name === group : name === service;
}

function windows({ windows: all, now }: ReleaseQuestion): Standing[] {
  return all.flatMap((window) => {
    const until = endOfWindow(window, now);
    return until === null ? [] : [{ rule: "window" as const, until, reason: `window ${window.name} is open until ${until}`, freeze: null }];
  });
}

/** When the window that is open now ends; null when it is not open. One that begins and ends at the same minute is always open. */
export function endOfWindow({ fromMinute, toMinute }: FreezeWindow, now: string): string | null {
  const sinceEpoch = Math.floor(Date.parse(now) / MINUTE_MILLISECONDS);
  const minute = (sinceEpoch + EPOCH_MINUTE_OF_WEEK) % WEEK_MINUTES;
  const length = (toMinute - fromMinute + WEEK_MINUTES) % WEEK_MINUTES || WEEK_MINUTES;
  const into = (minute - fromMinute + WEEK_MINUTES) % WEEK_MINUTES;
  if (into >= length) return null;
  return secondsAfter(new Date(sinceEpoch * MINUTE_MILLISECONDS).toISOString(), (length - into) * 60);
}

/** Why this release counts as no fix; null when it is one. */
function whyNoFix({ fixes, digest, known = [] }: ReleaseQuestion): string | null {
  if (fixes === undefined) return "no incident is named";
  if (digest === undefined) return `to pass as a fix of ${fixes} its digest must be named`;
  return known.includes(digest) ? `${digest} was released before, so it is no fix` : null;
}

function isPassed({ rule, freeze }: Standing, { fixes }: ReleaseQuestion): boolean {
  if (rule === "window") return true;
  return rule === "freeze" && freeze?.incidentId === fixes;
}
