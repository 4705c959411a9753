import * as z from "zod/mini";
import { ANNOTATIONS, type WriteStamp } from "../../domain/workload.ts";
import type { LiveObject } from "../kubernetes/object-write.ts";

/** On the held object itself, so that a later run can put back what was there. */
export const HOLD_ANNOTATION = "rollguard.dev/hold";

const HoldNoteSchema = z.strictObject({
  execution: z.string(),
  /** JSON of the field as it was. */
  prior: z.string(),
  /** What the source was at then. */
  revision: z.nullable(z.string()),
});
export type HoldNote = z.infer<typeof HoldNoteSchema>;

/** The note that a hold of ours left; null without one, or when somebody has edited it into something else. */
export function holdNoteOf({ metadata }: LiveObject): HoldNote | null {
  const text = metadata?.annotations?.[HOLD_ANNOTATION];
  if (text === undefined) return null;
  try {
    const note = HoldNoteSchema.safeParse(JSON.parse(text));
    return note.success ? note.data : null;
  } catch {
    return null;
  }
}

/** Metadata of a merge patch that holds: only this very object as it was read, with the note and our stamp. */
export function holdMetadata({ metadata }: LiveObject, note: HoldNote, stamp: WriteStamp) {
  return { ...guardOf({ metadata }), annotations: { ...stampOf(stamp), [HOLD_ANNOTATION]: JSON.stringify(note) } };
}

/** Metadata of a merge patch that resumes: the note goes. */
export function resumeMetadata({ metadata }: LiveObject, stamp: WriteStamp) {
  return { ...guardOf({ metadata }), annotations: { ...stampOf(stamp), [HOLD_ANNOTATION]: null } };
}

function guardOf({ metadata }: LiveObject) {
  return { uid: metadata?.uid, resourceVersion: metadata?.resourceVersion };
}

function stampOf({ execution, fence }: WriteStamp) {
  return { [ANNOTATIONS.execution]: execution, [ANNOTATIONS.fence]: String(fence) };
}
