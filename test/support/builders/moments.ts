/** The moments of the one incident that every builder tells: a slow release of `checkout` goes out at night and is taken back. ISO 8601 UTC. */
export const MOMENTS = {
  /** v1 became the live release, the day before. */
  goodReleaseAt: "2026-11-19T09:30:00.000Z",
  /** First point of every series. */
  seriesFrom: "2026-11-20T03:06:00.000Z",
  /** v2's ReplicaSet was created. */
  changeAt: "2026-11-20T03:12:05.000Z",
  /** First breaching datapoint. */
  onsetAt: "2026-11-20T03:12:20.000Z",
  /** The alarm went to ALARM. */
  alarmAt: "2026-11-20T03:12:40.000Z",
  openedAt: "2026-11-20T03:12:40.820Z",
  assessedAt: "2026-11-20T03:12:41.460Z",
  /** The template change was accepted by the API server. */
  appliedAt: "2026-11-20T03:12:42.110Z",
  /** Last moment at which verification may still be open. */
  deadlineAt: "2026-11-20T03:16:42.110Z",
  /** The restored release is fully rolled out. */
  stableSince: "2026-11-20T03:12:52.300Z",
  recoveredAt: "2026-11-20T03:13:22.600Z",
  closedAt: "2026-11-20T03:13:24.900Z",
  /** End of the last point of every series. */
  seriesTo: "2026-11-20T03:14:00.000Z",
} as const;

/** `seconds` after (or, negative, before) an ISO moment, as ISO. */
export function secondsAfter(moment: string, seconds: number): string {
  return new Date(Date.parse(moment) + seconds * 1000).toISOString();
}

export const SERVICE = "checkout";
export const GOOD_HASH = "6d4b75cb6d";
export const BAD_HASH = "7c9f8e5d21";
export const GOOD_IMAGE = "demo/checkout:v1";
export const BAD_IMAGE = "demo/checkout:v2-slow";
export const GOOD_REPLICA_SET = `checkout-${GOOD_HASH}`;
export const BAD_REPLICA_SET = `checkout-${BAD_HASH}`;
export const WORKLOAD_UID = "0b6f7f2e-6a53-4a2f-9d2f-4f4a5d1c9e10";
export const ALARM_NAME = "rollguard-checkout-latency-p95";
export const INCIDENT_ID = "inc-checkout-20261120T031240Z-5f0c9a7be214";
export const EXECUTION_NAME = "rg-checkout-20261120T031240Z-5f0c9a7be214";
