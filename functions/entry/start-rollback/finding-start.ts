import * as z from "zod/mini";
import type { Blueprint } from "../../domain/blueprint.ts";
import { InvalidInputError } from "../../domain/errors.ts";
import { findingExecutionName, incidentIdOf } from "../../domain/execution-name.ts";
import { candidatesFor, decideFinding, type FindingSubject } from "../../domain/findings/finding-decision.ts";
import { parseFindingEvent } from "../../domain/findings/finding-event.ts";
import { findingKey, furtherVulnerability } from "../../domain/findings/finding-key.ts";
import type { FindingReport } from "../../domain/findings/finding-report.ts";
import { notListed } from "../../domain/findings/finding-sources.ts";
import { findingWouldHave } from "../../domain/findings/finding-would-have.ts";
import { WouldHaveSchema } from "../../domain/would-have.ts";
import type { KnownFindings } from "../../ports/image-findings.ts";
import type { IncidentStore } from "../../ports/incident-store.ts";
import type { TransitionPorts } from "../../runtime/act-on-transition.ts";
import type { StepLogger } from "../../runtime/logger.ts";

export interface FindingPorts extends Omit<TransitionPorts, "clock"> {
  /** @default nothing is remembered, so that only Inspector can say what another image has */
  readonly knownFindings?: Pick<KnownFindings, "remember">;
  /** @default further vulnerabilities of an image are remembered, and not told in the incident */
  readonly store?: Pick<IncidentStore, "append">;
  /** EventBridge sources of the deployment; those of AWS count where a blueprint lists their findings. */
  readonly sources: readonly string[];
  readonly home: string;
}

/** What became of a finding, service by service. */
const ActedSchema = z.union([
  z.strictObject({
    service: z.string(),
    outcome: z.enum(["started", "already-started"]),
    execution: z.string(),
    incidentId: z.string(),
  }),
  z.strictObject({ service: z.string(), outcome: z.enum(["recorded", "already-recorded"]), wouldHave: WouldHaveSchema }),
  z.strictObject({ ignored: z.string() }),
]);
type Acted = z.infer<typeof ActedSchema>;

/** At least one finding of the event did something. */
export const FindingAnswerSchema = z.strictObject({ findings: z.array(ActedSchema) });

export type FindingAnswer = z.infer<typeof FindingAnswerSchema> | { ignored: string };

/**
 * Starts what the findings of one event ask for: one execution for each service and live release (of an image one for all vulnerabilities of a
 * severity), under a name that GuardDuty's repeats and Security Hub's copies share. What nobody asked for is a line in the log. Every effect may happen twice. Throws InvalidInputError for an event of another shape; for a finding
 * of another shape only after the others of its event.
 */
export function startFindings(ports: FindingPorts) {
  const { blueprints, sources, home } = ports;

  return async (event: unknown, logger: StepLogger): Promise<FindingAnswer> => {
    const { source, deliveredBy, findings } = parseFindingEvent(event);
    const unwanted = notListed({ source, deliveredBy }, blueprints.all, sources);
    if (unwanted !== null) return ignored([unwanted], logger);
    const acted: Acted[] = [];
    for (const read of findings) {
      if ("unreadable" in read) continue;
      if ("ignore" in read) acted.push({ ignored: read.ignore });
      else acted.push(...(await startOne(read.report, source)));
    }
    const unreadable = findings.flatMap((read) => ("unreadable" in read ? [read.unreadable] : []));
    // After the others, so that none is lost for it; each of them may happen twice.
    if (unreadable.length > 0)
      throw new InvalidInputError(`${unreadable.length} of ${findings.length} findings could not be read: ${unreadable.join("; ")}`);
    const reasons = acted.flatMap((one) => ("ignored" in one ? [one.ignored] : []));
    const nothing = ignored(reasons, logger);
    return reasons.length === acted.length ? nothing : { findings: acted };
  };

  async function startOne(report: FindingReport, source: string): Promise<Acted[]> {
    const candidates = candidatesFor(report, blueprints.all, home);
    if (candidates.length === 0) return [{ ignored: `${report.finding.id} is about no service that lists such findings` }];
    return await Promise.all(candidates.map(async (blueprint) => await act(report, await subjectOf(blueprint), source)));
  }

  async function subjectOf(blueprint: Blueprint): Promise<FindingSubject> {
    const [observations, releases] = await Promise.all([
      ports.ledger.observations(blueprint.service),
      ports.ledger.releases(blueprint.service),
    ]);
    return { blueprint, ledger: { observations, releases } };
  }

  async function act(report: FindingReport, subject: FindingSubject, source: string): Promise<Acted> {
    const { finding, sentAt } = report;
    const { service } = subject.blueprint;
    const decision = decideFinding(report, subject, { source });
    if (decision.remember !== null) {
      const { digest } = decision.remember;
      await ports.knownFindings?.remember({ service, digest, vulnerability: finding.type, findingId: finding.id, seenAt: sentAt });
    }
    if ("ignore" in decision) return { ignored: decision.ignore };
    if ("wouldHave" in decision) {
      const wouldHave = findingWouldHave(decision, finding, subject);
      return { service, outcome: await ports.wouldHaves.record(wouldHave), wouldHave };
    }
    const { start, live } = decision;
    const name = findingExecutionName({ service, live, ...findingKey(start.finding ?? finding) }, ports.sha256);
    const incidentId = incidentIdOf(name);
    const outcome = await ports.starter.start({ execution: { name }, incidentId, trigger: start });
    // The vulnerabilities of an image come one by one and by the dozen: its incident tells them, and pages once.
    if (outcome === "already-started" && start.finding != null && start.finding.imageDigest !== null)
      await ports.store?.append(incidentId, [furtherVulnerability(start.finding)]);
    return { service, outcome, execution: name, incidentId };
  }
}

function ignored(reasons: readonly string[], logger: StepLogger): { ignored: string } {
  for (const reason of reasons) logger.info("finding ignored", { reason });
  return { ignored: reasons.join("; ") };
}
