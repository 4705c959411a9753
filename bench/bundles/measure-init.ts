import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BuiltBundle } from "./build-bundles.ts";

const run = promisify(execFile);
const TIMER = join(import.meta.dirname, "time-import.mjs");

/** Every variable that any handler reads, and what the Lambda runtime sets; clients are made of these, nobody is called. */
export const HANDLER_ENVIRONMENT = {
  TABLE_NAME: "rollguard-incidents",
  MACHINE_ARN: "arn:aws:states:us-east-1:000000000000:stateMachine:rollback",
  TOPIC_ARN: "arn:aws:sns:us-east-1:000000000000:page",
  ARCHIVE_BUCKET: "rollguard-archive",
  KEEP_FUNCTION: "keep-config",
  TEMPLATE_KEY_ARN: "arn:aws:kms:us-east-1:000000000000:key/template",
  MAC_KEY_ARN: "arn:aws:kms:us-east-1:000000000000:key/mac",
  PARKING_QUEUE_URL: "http://127.0.0.1/000000000000/parking",
  EVENT_SOURCES: "aws.cloudwatch",
  LOOK_GROUP: "rollguard-looks",
  LOOK_FUNCTION_ARN: "arn:aws:lambda:us-east-1:000000000000:function:judge-release",
  LOOK_ROLE_ARN: "arn:aws:iam::000000000000:role/look",
  METRIC_MATH: "put",
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  NODE_OPTIONS: "--enable-source-maps",
};

/** Milliseconds of one cold import in a process of its own. Rejects with what the handler wrote when it does not load. */
async function coldImport({ name, file }: BuiltBundle): Promise<number> {
  try {
    const { stdout } = await run(process.execPath, [TIMER, file], { env: HANDLER_ENVIRONMENT, timeout: 30_000 });
    return Number(stdout);
  } catch (cause) {
    throw new Error(`handler ${name} does not load by itself: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/**
 * Samples of every bundle, by name. One after the other, each round through all bundles and begun with another one, so that whatever else
 * the machine does meets all of them alike. The first round only warms the disk.
 */
export async function measureInit(
  bundles: readonly BuiltBundle[],
  rounds: number,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const samples = new Map<string, number[]>(bundles.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    signal?.throwIfAborted();
    const first = round % bundles.length;
    for (const bundle of [...bundles.slice(first), ...bundles.slice(0, first)]) {
      const milliseconds = await coldImport(bundle);
      if (round > 0) samples.get(bundle.name)?.push(milliseconds);
    }
  }
  return samples;
}
