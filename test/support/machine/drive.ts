import { TransientUpstreamError } from "../../../functions/domain/errors.ts";
import type { RollbackDocument, RollbackInput } from "../../../functions/domain/rollback-document.ts";
import type { TaskHandler } from "./run-rollback.ts";

/** As often as the machine tries a state. */
const TRIES = 4;

/**
 * The way of the machine without its engine, for hundreds of runs at once: the same Tasks in the same order, each behind its schema. `rollback.asl.json` itself
 * is run by `runRollback`. Approvals are not waited for.
 */
export async function drive(
  handlers: Readonly<Record<string, TaskHandler>>,
  input: RollbackInput,
  sleep: (seconds: number) => Promise<void>,
): Promise<RollbackDocument> {
  let document: RollbackDocument = input;
  const task = async (state: string, slice: keyof RollbackDocument) => {
    for (let tries = 1; ; tries += 1) {
      try {
        document = { ...document, [slice]: await handlers[state]?.(JSON.parse(JSON.stringify(document))) };
        return;
      } catch (error) {
        if (!(error instanceof TransientUpstreamError) || tries === TRIES) throw error;
      }
    }
  };
  await task("OpenIncident", "opening");
  if (document.opening?.outcome !== "opened") return document;
  await task("AssessIncident", "assessment");
  while (document.assessment?.decision === "hold") {
    await sleep(document.assessment.holdSeconds);
    await task("AssessIncident", "assessment");
  }
  if (document.assessment?.decision === "roll-back") await task("SelectStrategy", "plan");
  if (document.plan?.governance.verdict === "allowed") {
    const goesOn = () => ["next-step", "next-target", "keep-watching"].includes(document.verification?.next ?? "next-step");
    while (goesOn()) {
      if (document.verification?.next !== "keep-watching") await task("ExecuteStep", "progress");
      await sleep(document.progress?.bakeSeconds ?? 0);
      await task("VerifyStep", "verification");
    }
    await task("DiagnoseCause", "diagnosis");
  }
  await task("RecordIncident", "record");
  return document;
}
