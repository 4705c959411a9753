import * as z from "zod/mini";
import { TransientUpstreamError } from "../../domain/errors.ts";
import type { Step } from "../../runtime/step-handler.ts";
import { type SweepApprovalsPorts, sweepApprovals } from "./sweep-approvals.ts";

export type SweepDuePorts = SweepApprovalsPorts;

export const sweepDueSchemas = {
  input: z.unknown(),
  output: z.strictObject({ approvals: z.strictObject({ due: z.number(), expired: z.number(), sent: z.number(), tooLate: z.number() }) }),
};

/** What is due at a time and outlives every execution: each kind in a function of its own, and none keeps another from being swept. */
export function sweepDue(ports: SweepDuePorts): Step<unknown, z.infer<typeof sweepDueSchemas.output>> {
  return async (_event, { logger }) => {
    const { failures, ...approvals } = await sweepApprovals(ports);
    for (const error of failures) logger.error("something that is due could not be done", { error });
    if (failures.length > 0) throw worst(failures);
    return { approvals };
  };
}

/** The first failure that waiting will not cure, else a transient one. */
function worst(failures: readonly unknown[]): unknown {
  const lasting = failures.find((failure) => !(failure instanceof TransientUpstreamError));
  return lasting ?? new TransientUpstreamError(`${failures.length} things that are due could not be done yet`, {}, { cause: failures[0] });
}
