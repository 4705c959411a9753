import type { Blueprint } from "../blueprint.ts";
import { modeWords } from "../may-start.ts";
import type { RollbackTrigger } from "../rollback-trigger.ts";
import type { ServiceHistory } from "../service-history.ts";
import { type WouldHave, wouldHaveOf } from "../would-have.ts";
import type { Look } from "./look.ts";

/** What a look that failed starts the machine with; the same look gives the same bytes. Null where it did not fail. */
export function triggerOfLook({ service, release, liveSince, minutes, judgedAt, reason, verdict, gravest }: Look): RollbackTrigger | null {
  if (verdict !== "fail" || gravest === null) return null;
  return {
    ...{ kind: "verification", source: "judge-release", service, at: judgedAt, reason },
    ...{ alarmName: null, alarmArn: null, requestedBy: null, datapoints: [], threshold: null },
    look: { release, liveSince, minutes, ...gravest },
  };
}

/** The record of a look that failed and starts nothing. Its trigger is the look and its signal, its time when it was judged. */
export function wouldHaveOfLook(
  request: RollbackTrigger,
  { gravest, modeReason }: Look,
  { policy }: Pick<Blueprint, "policy">,
  history: Pick<ServiceHistory, "observations">,
): WouldHave | null {
  if (gravest === null) return null;
  const fired = { name: `look:${gravest.signal}`, class: gravest.class, severity: gravest.severity };
  const held = { cause: "observe", because: modeWords(modeReason) } as const;
  return wouldHaveOf({ request, fired, held, strategies: policy.strategies, history });
}
