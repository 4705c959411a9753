import * as z from "zod/mini";
import { MODES, SEVERITIES, TRIGGER_CLASSES } from "../blueprint.ts";

/** Which look: what a schedule hands to `judge-release`. */
export const LookRequestSchema = z.strictObject({
  service: z.string(),
  /** Hash of the release that is judged. */
  release: z.string(),
  /** When it went live (ISO 8601 UTC). A release that comes back later is judged anew. */
  liveSince: z.iso.datetime(),
  /** Minutes since then, one of the look times of the release rule. */
  minutes: z.int().check(z.positive()),
});
export type LookRequest = z.infer<typeof LookRequestSchema>;

/** What one signal says of the release. */
export const SignalLookSchema = z.strictObject({
  signal: z.string(),
  verdict: z.enum(["pass", "fail", "inconclusive"]),
  /** At least half of the points since the release are worse than expected by this factor; null where nobody can tell. */
  factor: z.nullable(z.number()),
  /** Factor from which it fails at this look. */
  limit: z.nullable(z.number()),
  periodSeconds: z.number(),
  /** Points that are there, of those that there should be. */
  points: z.number(),
  expectedPoints: z.number(),
  /** Of pretended releases in the signal's own history: how many would have failed, in percent. */
  falsePercent: z.nullable(z.number()),
  /** Of the same with a regression of 2x: how many would have been found, in percent. */
  foundPercent: z.nullable(z.number()),
  replays: z.number(),
  sentence: z.string(),
});
export type SignalLook = z.infer<typeof SignalLookSchema>;

/** `not-judged`: something else was going on, so nobody asked the signals. */
export const LOOK_VERDICTS = ["pass", "fail", "inconclusive", "not-judged"] as const;

/**
 * One look at a release (`SVC#s / LOOK#release@liveSince#minutes`). It happens once: what was judged first stays, and who comes later carries out what it says.
 */
export const LookSchema = z.extend(LookRequestSchema, {
  judgedAt: z.string(),
  verdict: z.enum(LOOK_VERDICTS),
  /** In one sentence with its numbers; of a failure the sentence of the gravest signal. */
  reason: z.string(),
  /** How far a failure may go, as the blueprint said then. */
  mode: z.enum(MODES),
  modeReason: z.optional(z.string()),
  /** Of a failure: the signal that stands for it. */
  gravest: z.nullable(z.strictObject({ signal: z.string(), class: z.enum(TRIGGER_CLASSES), severity: z.enum(SEVERITIES) })),
  signals: z.array(SignalLookSchema),
});
export type Look = z.infer<typeof LookSchema>;
