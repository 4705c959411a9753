import * as z from "zod/mini";
import { TransientUpstreamError } from "../../domain/errors.ts";
import type { Step } from "../../runtime/step-handler.ts";
import { type SweepApprovalsPorts, sweepApprovals } from "./sweep-approvals.ts";
import { type SweepEscalationsPorts, sweepEscalations } from "./sweep-escalations.ts";

export type SweepDuePorts = SweepApprovalsPorts & SweepEscalationsPorts;

export const sweepDueSchemas = {
  input: z.unknown(),
  output: z.strictObject({
    approvals: z.strictObject({ due: z.number(), expired: z.number(), sent: z.number(), tooLate: z.number() }),
    escalations: z.strictObject({ due: z.number(), sent: z.number(), settled: z.number() }),
  }),
};

/** What is due at a time and outlives every execution: each kind in a function of its own, and none keeps another from being swept. */
export function sweepDue(ports: SweepDuePorts): Step<unknown, z.infer<typeof sweepDueSchemas.output>> {
  return async (_event, { logger }) => {
    const swept = await Promise.allSettled([sweepApprovals(ports), sweepEscalations(ports)]);
    const failures = swept.flatMap((one) => (one.status === "rejected" ? [one.reason] : one.value.failures));
    for (const error of failures) logger.error("something that is due could not be done", { error });
    const [approved, called] = swept;
    if (failures.length > 0 || approved.status === "rejected" || called.status === "rejected") throw worst(failures);
    const { failures: _none, ...approvals } = approved.value;
    const { failures: _neither, ...escalations } = called.value;
    return { approvals, escalations };
  };
}

/** The first failure that waiting will not cure, else a transient one. */
function worst(failures: readonly unknown[]): unknown {
  const lasting = failures.find((failure) => !(failure instanceof TransientUpstreamError));
  return lasting ?? new TransientUpstreamError(`${failures.length} things that are due could not be done yet`, {}, { cause: failures[0] });
}
