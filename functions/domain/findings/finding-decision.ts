import type { Blueprint } from "../blueprint.ts";
import { type HeldBack, modeWords } from "../may-start.ts";
import type { RollbackTrigger } from "../rollback-trigger.ts";
import { isBefore } from "../time.ts";
import type { FindingEvent } from "./finding-event.ts";
import type { FindingReport, FoundImage } from "./finding-report.ts";
import { isAtLeast } from "./finding-severity.ts";
import { wants } from "./finding-sources.ts";
import { type Ledger, liveObservation, matchImage, othersSeenAt } from "./image-match.ts";
import { isPrimaryAlone, isTarget } from "./workload-match.ts";

/** As the owner of a count is named in a release. */
const FLAGGER = "Flagger";

/** A service and what is known of it. */
export interface FindingSubject {
  readonly blueprint: Blueprint;
  readonly ledger: Ledger;
}

/** Which release was live: a finding starts one execution for each. */
export interface LiveKey {
  readonly templateHash: string;
  readonly since: string;
}

export type FindingDecision = { readonly remember: FoundImage | null } & (
  | { readonly start: RollbackTrigger; readonly live: LiveKey | null }
  | { readonly wouldHave: RollbackTrigger; readonly held: HeldBack; readonly live: LiveKey | null }
  | { readonly ignore: string }
);

/**
 * Services that a finding may be about, by what the event itself says: the workload that it names, else a tag. An image may be any service's that wants such
 * findings: the ledger decides. A tag of a cluster or a repository says less than a name, so it counts only where there is none.
 */
export function candidatesFor(report: FindingReport, blueprints: readonly Blueprint[], home: string): readonly Blueprint[] {
  const wanted = blueprints.filter((blueprint) => wants(blueprint, report));
  if (report.images.length > 0) return wanted;
  const { workload, taggedServices } = report;
  if (workload !== null) return wanted.filter(({ target }) => isTarget(workload, target, home));
  return wanted.filter(({ service }) => taggedServices.includes(service));
}

/** What a finding means for one of these services. `remember`: its ledger knows the image, live or not. */
export function decideFinding(
  report: FindingReport,
  { blueprint, ledger }: FindingSubject,
  event: Pick<FindingEvent, "source">,
): FindingDecision {
  const { service, findings } = blueprint;
  const { finding } = report;
  const { workload } = report;
  if (workload !== null && report.images.length === 0 && isPrimaryAlone(workload, blueprint.target) && !hasFlagger(blueprint, ledger))
    return { ignore: `${service}: nothing says that Flagger makes ${workload.name} of its workload`, remember: null };
  const place = placeOf(report, service, ledger);
  if ("elsewhere" in place) return { ignore: place.elsewhere, remember: place.remember };
  const { image, remember } = place;
  if (findings === undefined || !isAtLeast(finding.severity, findings.minimumSeverity)) {
    return { ignore: `${service}: severity ${finding.severity} is below ${findings?.minimumSeverity ?? "every minimum"}`, remember };
  }
  const observed = liveObservation(ledger);
  const live = observed === null ? null : { templateHash: observed.templateHash, since: observed.liveSince };
  if (image === null && isBefore(report.lastSeenAt, othersSeenAt(ledger))) {
    return { ignore: `${service}: last seen at ${report.lastSeenAt}, before the release that is live now`, remember };
  }
  const start = triggerOf(report, service, image, event.source);
  if (findings.mode !== "observe") return { start, live, remember };
  return { wouldHave: start, held: { cause: "observe", because: modeWords(findings.modeReason) }, live, remember };
}

/** Does Flagger move this workload? Seen at the live objects, or written in the blueprint. */
function hasFlagger({ traffic }: Blueprint, { observations, releases }: Ledger): boolean {
  const [release] = releases;
  return (
    traffic?.route.router === "flagger" ||
    release?.parts.scale.owner === FLAGGER ||
    liveObservation({ observations })?.workload?.flagger === "target"
  );
}

type Place = { readonly remember: FoundImage | null } & ({ readonly image: FoundImage | null } | { readonly elsewhere: string });

/** The image of the live release that is meant; null for a behaviour. */
function placeOf({ images, taggedServices }: FindingReport, service: string, ledger: Ledger): Place {
  if (images.length === 0) return { image: null, remember: null };
  const matches = images.map((image) => ({ image, match: matchImage(image, ledger) }));
  const of = (wanted: string) => matches.find(({ match }) => match === wanted)?.image ?? null;
  const [live, earlier] = [of("live"), of("earlier")];
  if (live !== null) return { image: live, remember: live };
  if (earlier !== null) return { elsewhere: `${service}: ${earlier.digest} is of a release that is not live`, remember: earlier };
  // Every image of a tagged repository has the tag, deployed or not: it tells only where nothing better is known.
  const tagged = taggedServices.includes(service) ? of("unknown") : null;
  if (tagged !== null) return { image: tagged, remember: tagged };
  return { elsewhere: `${service}: ${images.map(({ digest }) => digest).join(", ")} is no image of it`, remember: null };
}

/** The same event gives the same bytes. */
function triggerOf(
  { finding, sentAt, deliveredBy }: FindingReport,
  service: string,
  image: FoundImage | null,
  source: string,
): RollbackTrigger {
  const by = deliveredBy === finding.source ? finding.source : `${finding.source}, passed on by ${deliveredBy}`;
  return {
    ...{ kind: "finding", source, service, at: sentAt },
    reason: `${finding.type} (${finding.severity}, ${by}): ${finding.title}`,
    ...{ alarmName: null, alarmArn: null, requestedBy: null, datapoints: [], threshold: null },
    finding: { ...finding, imageDigest: image?.digest ?? null },
  };
}
