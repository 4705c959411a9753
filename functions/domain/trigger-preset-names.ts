/** Names of the seeds' trigger presets: what `preset` may be in `spec.triggers`. What each of them means is in `trigger-presets.ts`. */
export const TRIGGER_PRESET_NAMES = [
  "health-critical",
  "health-non-critical",
  "health-deploy",
  "health-count",
  "error-rate-slo",
  "error-rate-deploy",
  "error-rate-2x",
  "error-rate-plus-5",
  "latency-1.5x",
  "latency-frontend",
  "latency-backend",
  "latency-api",
  "throughput-drop",
  "queue-backlog",
  "memory-90",
  "infra-cpu-90",
  "infra-memory-85",
  "infra-disk-80",
  "infra-connections-80",
  "db-errors",
  "business-satisfaction-20",
  "business-conversion-15",
  "business-errors-10",
  "business-session-25",
  "security-auth-failures",
] as const;
/** A preset that compiles to alarms. */
export type TriggerPresetName = (typeof TRIGGER_PRESET_NAMES)[number];

/** The preset that compiles to a policy on findings: events, no alarm. */
export const FINDING_PRESET = "security-finding";

/** Ways to start a rollback that are always there: names of the seeds, but nothing to write into a blueprint. Each with where it is instead. */
export const ALWAYS_THERE = {
  manual: "a person asks with rollguard rollback and a reason",
  api: "a caller starts the state machine with a request",
  "deploy-step": "a deployment that fails asks with rollguard rollback in its failure step",
  verification: "checks with rollback_trigger in verification.checks do it",
} as const;

/** Everything that `preset` is understood as; those of `ALWAYS_THERE` only to be explained. */
export const WRITTEN_PRESETS = [
  ...TRIGGER_PRESET_NAMES,
  FINDING_PRESET,
  ...(Object.keys(ALWAYS_THERE) as (keyof typeof ALWAYS_THERE)[]),
] as const;
