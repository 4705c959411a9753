import * as z from "zod/mini";
import { type Decided, decideApprovalSchemas } from "../functions/entry/decide-approval/decide-approval.ts";
import { type DescribedService, DescribedServiceSchema } from "../functions/entry/start-rollback/describe-services.ts";
import { badInput, CommandError, notFound } from "./command-error.ts";
import { EXIT } from "./exit-codes.ts";
import type { RollbackStarted, SnapshotTaken } from "./ports.ts";

const StartedSchema = z.object({ incidentId: z.string(), execution: z.string() });
const ServicesSchema = z.object({ services: z.array(DescribedServiceSchema) });
const FailedSchema = z.object({ errorType: z.optional(z.string()), errorMessage: z.string() });

/** What `observe-releases` says of the one service that it was asked to look at. */
const ObservedSchema = z.object({
  absent: z.number(),
  releases: z.array(z.object({ service: z.string(), hash: z.nullable(z.string()), isNew: z.boolean(), notes: z.array(z.string()) })),
});

/** Reads what the function `start-rollback` answered. Throws CommandError with the function's own words when it refused. */
export function readStartAnswer(failed: boolean, payload: string): RollbackStarted {
  return read(StartedSchema, "start-rollback", failed, payload);
}

/** Reads what `start-rollback` says of the services that it knows. */
export function readServicesAnswer(failed: boolean, payload: string): readonly DescribedService[] {
  return read(ServicesSchema, "start-rollback", failed, payload).services;
}

/** Reads what `decide-approval` answered. That it is too late, for one, is an answer. */
export function readDecideAnswer(failed: boolean, payload: string): Decided {
  return read(decideApprovalSchemas.output, "decide-approval", failed, payload);
}

/** Reads what `observe-releases` answered about one service; null when its workload does not exist. Throws CommandError in the function's own words. */
export function readSnapshotAnswer(failed: boolean, payload: string): SnapshotTaken | null {
  const { releases } = read(ObservedSchema, "observe-releases", failed, payload);
  return releases[0] ?? null;
}

function read<Schema extends z.ZodMiniType>(schema: Schema, name: string, failed: boolean, payload: string): z.infer<Schema> {
  const answer = parse(payload);
  const good = schema.safeParse(answer);
  if (!failed && good.success) return good.data;
  const failure = FailedSchema.safeParse(answer);
  if (!failure.success) throw new CommandError(`${name} gave an answer of another shape: ${payload.slice(0, 300)}`, EXIT.failed);
  const { errorType, errorMessage } = failure.data;
  // An emulator may call every error by one name, so the sentence decides as well.
  if (errorType === "BlueprintNotFoundError" || /^no blueprint is (deployed|named)/.test(errorMessage)) throw notFound(`${errorMessage}.`);
  if (errorType === "InvalidInputError") throw badInput(`${errorMessage}.`);
  throw new CommandError(`${name} failed: ${errorMessage}. Its log group tells more.`, EXIT.failed);
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return null;
  }
}
