/** SHA-256 of a text as lower-case hex. Passed in, since the domain computes nothing that needs a platform. */
export type Sha256 = (text: string) => string;

const MAXIMUM_SERVICE_CHARACTERS = 30;
const HASH_CHARACTERS = 12;
const NAME = /^rg-(.+)-(\d{8}T\d{6}Z)-([0-9a-f]{12})$/;

/**
 * `rg-<service>-<yyyymmddThhmmssZ>-<hash>` for one transition of one alarm. The live release is not part of the key: a late reconcile of the
 * same transition must find the same name.
 */
export function alarmExecutionName(
  { service, alarmArn, at }: { readonly service: string; readonly alarmArn: string; readonly at: string },
  sha256: Sha256,
): string {
  return named(service, at, sha256(`${alarmArn}|${toSecond(at)}`));
}

/** For a request by a person or a program: the same request twice is the same execution. */
export function manualExecutionName(
  request: {
    readonly service: string;
    readonly at: string;
    readonly reason: string;
    readonly requestedBy: string;
    readonly action?: "rollback" | "resume";
    /** What was asked for beyond that, always written in the same order. */
    readonly wish?: object;
  },
  sha256: Sha256,
): string {
  const { service, at, reason, requestedBy, action, wish } = request;
  const words = [action === "resume" ? "resume" : "manual", service, at, reason, requestedBy, ...(wish === undefined ? [] : [wish])];
  return named(service, at, sha256(JSON.stringify(words)));
}

/**
 * For an alarm that is still red and is judged anew, since its transition came to nothing: the n-th time for the release that is live (its template hash). At
 * any time and by every reconciler the same.
 */
export function anewExecutionName(
  alarm: {
    readonly service: string;
    readonly alarmArn: string;
    /** Of its transition. */
    readonly at: string;
    readonly live: string;
    readonly number: number;
  },
  sha256: Sha256,
): string {
  const { service, alarmArn, at, live, number } = alarm;
  return named(service, at, sha256(JSON.stringify(["anew", alarmArn, toSecond(at), live, number])));
}

/**
 * For the leftovers of one killed execution: a mend is tried once a day (a switch that was off, or a mode, may have been in its way). The time of the
 * killed execution is taken over, so that every observer of that day finds the same name.
 */
export function mendExecutionName(
  { service, stampedExecution, at }: { readonly service: string; readonly stampedExecution: string; readonly at: string },
  sha256: Sha256,
): string {
  const time = NAME.exec(stampedExecution)?.[2] ?? "19700101T000000Z";
  const day = toSecond(at).slice(0, "2026-11-20".length);
  return join(service, time, sha256(JSON.stringify(["mend", service, stampedExecution, day])));
}

/**
 * For a finding of a security service, once for each release that is live: GuardDuty sends it again when it is seen again, and Security Hub passes it on. The
 * time is that since when the release has been live, which all of these agree on; `at` where none was observed.
 */
export function findingExecutionName(
  finding: {
    readonly service: string;
    readonly findingId: string;
    readonly live: { readonly templateHash: string; readonly since: string } | null;
    /** When it was first seen. */
    readonly at: string;
  },
  sha256: Sha256,
): string {
  const { service, findingId, live, at } = finding;
  return named(service, live?.since ?? at, sha256(JSON.stringify(["finding", service, findingId, live?.templateHash ?? null])));
}

/**
 * For a release that fails a look, once for each time that it went live: the same name, whoever judges it and how often. `minutes` is that of a look which
 * fails after another one that came to nothing: an execution of its own.
 */
export function lookExecutionName(
  look: { readonly service: string; readonly release: string; readonly liveSince: string; readonly minutes: number | null },
  sha256: Sha256,
): string {
  const { service, release, liveSince, minutes } = look;
  const again = minutes === null ? [] : [minutes];
  return named(service, liveSince, sha256(JSON.stringify(["look", service, release, liveSince, ...again])));
}

/** `inc-` and the rest of the name. */
export function incidentIdOf(executionName: string): string {
  return `inc-${executionName.replace(/^rg-/, "")}`;
}

/** The service (its first 30 characters) in an execution name; null when the name is not one of ours. */
export function serviceOfExecution(executionName: string): string | null {
  return NAME.exec(executionName)?.[1] ?? null;
}

/** ISO 8601 UTC without the fraction of the second: what two reports of one transition agree on. */
export function toSecond(at: string): string {
  return new Date(Math.floor(Date.parse(at) / 1000) * 1000).toISOString();
}

function named(service: string, at: string, hash: string): string {
  const time = toSecond(at)
    .replace(/\.\d{3}Z$/, "Z")
    .replace(/[-:]/g, "");
  return join(service, time, hash);
}

/** Step Functions takes 80 characters and, for its metrics, ASCII only. */
function join(service: string, time: string, hash: string): string {
  const plain = service.replace(/[^A-Za-z0-9_.-]/g, "-").slice(0, MAXIMUM_SERVICE_CHARACTERS);
  return `rg-${plain}-${time}-${hash.slice(0, HASH_CHARACTERS)}`;
}
