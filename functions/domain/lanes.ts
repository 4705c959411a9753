import * as z from "zod/mini";

/**
 * A group's incident runs the steps of a single service for each of its members, in lock-step: beside the slice of the service that fired, a slice may
 * carry the `lanes` of the members. Without a group there are none, and the document is that of one service.
 */

/** A member that takes no further part. `skipped`: nothing is to be done about it. `failed`: something was to be done, and did not come to its end. */
export const LeftSchema = z.strictObject({ left: z.enum(["skipped", "failed"]), reason: z.string() });
export type Left = z.infer<typeof LeftSchema>;

/** A member whose step met a fault that may pass: it is tried again in the next pass. */
export const AgainSchema = z.strictObject({ times: z.number(), reason: z.string() });
export type Again = z.infer<typeof AgainSchema>;

/** Adds the members' own slices, by service, and whose turn has to come again. */
export function withLanes<Shape extends z.core.$ZodShape>(slice: z.ZodMiniObject<Shape, z.core.$strict>) {
  return z.extend(slice, {
    lanes: z.optional(z.record(z.string(), z.union([slice, LeftSchema]))),
    again: z.optional(z.record(z.string(), AgainSchema)),
  });
}

/** What OpenIncident knows of the group: its lock, and all members in layers, those first on which the others depend. */
export const OpenedGroupSchema = z.strictObject({
  name: z.string(),
  fence: z.number(),
  layers: z.array(z.array(z.string())),
});
export type OpenedGroup = z.infer<typeof OpenedGroupSchema>;

/** Has the member left? Narrows a lane. */
export function isLeft<Lane extends object>(lane: Lane | Left | undefined): lane is Left {
  return lane !== undefined && "left" in lane;
}
