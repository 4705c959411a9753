import type { Incident } from "../../functions/domain/incident.ts";
import type { Outcome } from "../../functions/domain/rollback-document.ts";
import { incidentTimes } from "./incident-times.ts";

/** How good the news is: decides the colour, never alone (label and mark say it too). */
export type Tone = "good" | "bad" | "warn" | "calm";

export interface OutcomeWords {
  readonly label: string;
  readonly mark: string;
  readonly tone: Tone;
}

const WORDS: Readonly<Record<Outcome, OutcomeWords>> = {
  recovered: { label: "Recovered", mark: "✓", tone: "good" },
  observed: { label: "Observed, nothing changed", mark: "◦", tone: "warn" },
  "stand-down": { label: "Stood down", mark: "✓", tone: "calm" },
  merged: { label: "Joined an open incident", mark: "→", tone: "calm" },
  stale: { label: "Too old to act on", mark: "–", tone: "calm" },
  off: { label: "Not acted on: the switch is off", mark: "–", tone: "warn" },
  denied: { label: "Denied by a person", mark: "–", tone: "warn" },
  escalated: { label: "Escalated to a person", mark: "!", tone: "bad" },
  "not-recovered": { label: "Not recovered", mark: "✕", tone: "bad" },
  error: { label: "The run failed", mark: "✕", tone: "bad" },
};

const OPEN: OutcomeWords = { label: "Still running", mark: "…", tone: "warn" };

/** What an outcome is called in the report and in the terminal; null is an open incident. */
export function outcomeWords(outcome: Outcome | null): OutcomeWords {
  return outcome === null ? OPEN : WORDS[outcome];
}

/** The one sentence a person woken at night needs: must I do something, and what. */
export function whatToDo(incident: Incident): string {
  const { outcome, service, record } = incident.meta;
  const change = record?.assessment?.change;
  const written = incidentTimes(incident).appliedAt !== null;
  const state = written ? "Rollguard did write to the cluster; the plan below says what." : "Rollguard wrote nothing to the cluster.";
  switch (outcome) {
    case "recovered":
      return change?.kind === "deploy" ? `Nothing now. Fix ${change.image} before it goes out again.` : "Nothing now.";
    case "observed":
      return `Look at ${service} now: it is as it was. The plan below is what Rollguard would have done.`;
    case "stand-down":
      return "Nothing: there was nothing left to act on.";
    case "merged":
      return "Read the incident that this alarm joined.";
    case "stale":
      return "Nothing, unless the alarm is still on.";
    case "off":
      return `Look at ${service} now: the switch is off, so nothing acts on it.`;
    case "denied":
      return `Look after ${service}: the rollback was denied, so it is as it was. ${state}`;
    case "escalated":
      return `Act now: this needs a person. ${state}`;
    case "not-recovered":
      return `Act now: ${service} is not healthy after the rollback. ${state}`;
    case "error":
      return `Act now: the run ended before it was done. ${state}`;
    case null:
      return "Wait, or watch: the run is not finished.";
  }
}
