import { isLeft, type Left } from "../lanes.ts";
import type { RollbackDocument } from "../rollback-document.ts";

/** Slices that carry lanes, in the order in which they are written. */
export const LANE_SLICES = ["opening", "assessment", "plan", "progress", "verification"] as const;
export type LaneSlice = (typeof LANE_SLICES)[number];

/** Slices of the service that fired which are its lane too; the others are about the whole group once they have lanes. */
const STANDS_FOR_ITSELF: readonly LaneSlice[] = ["opening", "assessment"];

type Sliced = Pick<RollbackDocument, LaneSlice>;

/** Services of the incident: the one that fired first, then the other members of its group by name; only the one without a group. */
export function servicesOf({ trigger, opening }: Pick<RollbackDocument, "trigger" | "opening">): string[] {
  return [trigger.service, ...Object.keys(opening?.lanes ?? {}).sort()];
}

/**
 * The document as if the incident were of this member alone: what the steps of a single service work on. The slices of the service that fired are those
 * of the document itself, unless it has a lane of its own. What a member never came to, or left, is absent.
 */
export function laneDocument<Document extends RollbackDocument>(document: Document, service: string): Document {
  const slices = LANE_SLICES.map((name) => [name, alone(laneOf(document, name, service))] as const);
  const present = slices.filter(([, slice]) => slice !== undefined);
  const { opening, assessment, plan, progress, verification, ...rest } = document;
  return { ...rest, trigger: { ...document.trigger, service }, ...Object.fromEntries(present) } as Document;
}

/** A lane as it stands in one slice; undefined when the slice has none of this member. */
export function laneOf<Name extends LaneSlice>(
  document: Sliced & Pick<RollbackDocument, "trigger">,
  name: Name,
  service: string,
): NonNullable<RollbackDocument[Name]> | Left | undefined {
  const slice = document[name];
  const lane = slice?.lanes?.[service] as NonNullable<RollbackDocument[Name]> | Left | undefined;
  const isOwn = service === document.trigger.service && (STANDS_FOR_ITSELF.includes(name) || slice?.lanes === undefined);
  return lane ?? (isOwn ? (slice as NonNullable<RollbackDocument[Name]> | undefined) : undefined);
}

/** Why the member takes no further part; null while it does. */
export function leftOf(document: Sliced, service: string): Left | null {
  for (const name of LANE_SLICES) {
    const lane = document[name]?.lanes?.[service];
    if (isLeft(lane)) return lane;
  }
  return null;
}

/** Is this incident one of a group? */
export function isGrouped({ opening }: Pick<RollbackDocument, "opening">): boolean {
  return opening?.group !== undefined;
}

function alone(slice: object | undefined): object | undefined {
  if (slice === undefined || isLeft(slice)) return undefined;
  const { lanes, again, group, waves, ...own } = slice as { lanes?: unknown; again?: unknown; group?: unknown; waves?: unknown };
  return own;
}
