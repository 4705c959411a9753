import { setTimeout as pause } from "node:timers/promises";
import { incidentTimes } from "../../cli/report/incident-times.ts";
import type { Incident, TimelineEvent } from "../../functions/domain/incident.ts";
import type { Transition } from "../alarm-clock/alarm-clock.ts";
import type { LocalTarget } from "../local-target.ts";
import type { PageInbox } from "./page-inbox.ts";
import type { Scenario } from "./scenario.ts";
import type { Timeline } from "./scenario-timeline.ts";
import { watchIncident } from "./watch-incident.ts";

export interface RunScenarioProps {
  readonly target: LocalTarget;
  readonly inbox: PageInbox;
  readonly timeline: Timeline;
  /** Transitions of all alarms so far; it grows while the scenario runs. */
  readonly transitions: readonly Transition[];
  readonly signal?: AbortSignal;
}

/** How a scenario went. */
export interface ScenarioRun {
  readonly scenario: Scenario;
  /** Every way in which it did not end as it must; empty = right. */
  readonly problems: readonly string[];
  readonly incident: Incident | null;
  /** From the change to the alarm. */
  readonly detectionSeconds: number | null;
  /** From the alarm's event to the first accepted change of template or replicas. */
  readonly reactionSeconds: number | null;
  /** From the change to the verified recovery. */
  readonly recoverySeconds: number | null;
}

const OPEN_WITHIN_SECONDS = 90;
const CLOSE_WITHIN_SECONDS = 240;
const MESSAGE_WITHIN_MILLISECONDS = 10_000;

/** Plays one scenario against a running target and judges how it ended. What goes wrong on the way is a problem, never an exception. */
export async function runScenario(scenario: Scenario, props: RunScenarioProps): Promise<ScenarioRun> {
  const { target, timeline, inbox } = props;
  const { service } = scenario;
  const hands = { cluster: target.demo, traffic: target.traffic };
  let changedAt = new Date();
  let incident: Incident | null = null;
  let problems: string[];
  try {
    const before = await target.demo.facts(service);
    changedAt = new Date();
    timeline.event(service, changedAt, changedAt, "change", await scenario.begin(hands));
    incident = await watchIncident({
      store: target.store,
      service,
      since: changedAt,
      onEvent: (event) => timeline.event(service, new Date(event.at), changedAt, wordOf(event), event.message),
      openWithinSeconds: OPEN_WITHIN_SECONDS,
      closeWithinSeconds: CLOSE_WITHIN_SECONDS,
      signal: props.signal,
    });
    const messages = await messagesAbout(incident, inbox);
    problems = scenario.judge({ incident, before, after: await target.demo.facts(service), messages });
    for (const urgency of ["page", "notice"]) {
      const told = messages.filter((message) => message.urgency === urgency).map((message) => message.type.replaceAll("_", " "));
      if (told.length > 0) timeline.event(service, new Date(), changedAt, urgency, `people were told: ${told.join(", ")}`);
    }
  } catch (error) {
    problems = [error instanceof Error ? error.message : String(error)];
  }
  await scenario.clean?.(hands);
  if (problems.length === 0) timeline.event(service, new Date(), changedAt, "right", "ended as it must, checked in the cluster");
  for (const problem of problems) timeline.event(service, new Date(), changedAt, "wrong", problem);
  return { scenario, problems, incident, ...durations(service, changedAt, incident, props.transitions) };
}

type Durations = Pick<ScenarioRun, "detectionSeconds" | "reactionSeconds" | "recoverySeconds">;

function durations(service: string, changedAt: Date, incident: Incident | null, transitions: readonly Transition[]): Durations {
  const alarm = transitions.find(({ alarm, to, at }) => alarm.service === service && to === "ALARM" && at >= changedAt);
  const { appliedAt, recoveredAt } = incident ? incidentTimes(incident) : { appliedAt: null, recoveredAt: null };
  const between = (from: Date | undefined, to: string | Date | null | undefined) =>
    from && to ? Math.max(0, (new Date(to).getTime() - from.getTime()) / 1000) : null;
  return {
    detectionSeconds: between(changedAt, alarm?.at),
    reactionSeconds: between(alarm?.at, appliedAt),
    recoverySeconds: between(changedAt, recoveredAt),
  };
}

/** The outbox delivers after the incident is closed; when a page is due, it is waited for. */
async function messagesAbout(incident: Incident, inbox: PageInbox) {
  const due = incident.events.filter((event) => event.urgency !== "quiet").length;
  const deadline = Date.now() + MESSAGE_WITHIN_MILLISECONDS;
  while (inbox.about(incident.meta.id).length < due && Date.now() < deadline) await pause(100);
  return inbox.about(incident.meta.id);
}

const WORDS: Readonly<Record<string, string>> = {
  OpenIncident: "opened",
  AssessIncident: "assessed",
  SelectStrategy: "planned",
  ExecuteStep: "acted",
  VerifyStep: "verified",
  DiagnoseCause: "diagnosed",
  RecordIncident: "closed",
};

/** One word for the state that wrote the event: its id is `<iso>#<state>#<name>`. */
function wordOf(event: TimelineEvent): string {
  return WORDS[event.id.split("#")[1] ?? ""] ?? "event";
}
