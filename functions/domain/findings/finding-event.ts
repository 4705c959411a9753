import * as z from "zod/mini";
import type { FindingSource } from "../blueprint.ts";
import { InvalidInputError } from "../errors.ts";
import { schemaProblems } from "../schema-problems.ts";
import type { ReadFinding } from "./finding-report.ts";
import { FindingTimeSchema, findingTime } from "./finding-time.ts";
import { GUARDDUTY_DETAIL_TYPE, GuardDutyDetailSchema, readGuardDuty } from "./guardduty-event.ts";
import { INSPECTOR_DETAIL_TYPE, InspectorDetailSchema, readInspector } from "./inspector-event.ts";
import { readSecurityHub, SECURITY_HUB_DETAIL_TYPE, SecurityHubDetailSchema } from "./security-hub-event.ts";

/** How each service sends its findings: EventBridge source and detail-type. */
export const FINDING_EVENTS: Readonly<Record<FindingSource, { readonly source: string; readonly detailType: string }>> = {
  guardduty: { source: "aws.guardduty", detailType: GUARDDUTY_DETAIL_TYPE },
  inspector: { source: "aws.inspector2", detailType: INSPECTOR_DETAIL_TYPE },
  "security-hub": { source: "aws.securityhub", detailType: SECURITY_HUB_DETAIL_TYPE },
};

/** What one event holds. */
export interface FindingEvent {
  /** EventBridge source: of AWS, or of a drill. */
  readonly source: string;
  readonly deliveredBy: FindingSource;
  readonly findings: readonly ReadFinding[];
}

/** Is this an event of findings? Then `parseFindingEvent` reads it, or says what is wrong with it. */
export function isFindingEvent(event: unknown): boolean {
  return kindOf(event) !== null;
}

/** Reads an event of one of the three services. Anything else is an InvalidInputError that names what was expected, so that the failure queue keeps it. */
export function parseFindingEvent(event: unknown): FindingEvent {
  const deliveredBy = kindOf(event);
  const of = (sentAt: string) => findingTime(sentAt) ?? sentAt;
  switch (deliveredBy) {
    case "guardduty": {
      const { source, time, detail } = parsed(GuardDutyDetailSchema, event, deliveredBy);
      return { source, deliveredBy, findings: [readGuardDuty(detail, of(time))] };
    }
    case "inspector": {
      const { source, time, detail } = parsed(InspectorDetailSchema, event, deliveredBy);
      return { source, deliveredBy, findings: [readInspector(detail, of(time))] };
    }
    case "security-hub": {
      const { source, time, detail } = parsed(SecurityHubDetailSchema, event, deliveredBy);
      return { source, deliveredBy, findings: readSecurityHub(detail, of(time)) };
    }
    case null: {
      const expected = Object.values(FINDING_EVENTS).map(({ detailType }) => `"${detailType}"`);
      throw new InvalidInputError(`this is no event of a security finding: detail-type: expected one of ${expected.join(", ")}`);
    }
  }
}

function kindOf(event: unknown): FindingSource | null {
  if (typeof event !== "object" || event === null || !("detail-type" in event)) return null;
  switch (event["detail-type"]) {
    case GUARDDUTY_DETAIL_TYPE:
      return "guardduty";
    case INSPECTOR_DETAIL_TYPE:
      return "inspector";
    case SECURITY_HUB_DETAIL_TYPE:
      return "security-hub";
    default:
      return null;
  }
}

function parsed<Detail extends z.ZodMiniType>(detail: Detail, event: unknown, kind: FindingSource) {
  const { detailType } = FINDING_EVENTS[kind];
  const schema = z.looseObject({ source: z.string(), time: FindingTimeSchema, detail });
  const result = schema.safeParse(event);
  if (result.success) return result.data;
  const problems = schemaProblems(result.error, "event");
  throw new InvalidInputError(
    `this is no event "${detailType}": ${problems.join("; ")}; expected the shape that ${FINDING_EVENTS[kind].source} sends (docs/security-findings.md)`,
    { problems },
    { cause: result.error },
  );
}
