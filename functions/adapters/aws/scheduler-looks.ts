import type { LookSchedules } from "../../ports/look-schedules.ts";
import { atEndpoint, type Environment, endpointOf } from "./aws-endpoint.ts";
import { type AwsIdentity, ownIdentity } from "./aws-identity.ts";
import { AwsRefusal } from "./aws-refusal.ts";
import { callAws } from "./call-aws.ts";
import { signedRequest } from "./signed-request.ts";

export interface SchedulerLooksOptions {
  /** Schedule group that the schedules are in; whoever deletes it deletes them. */
  readonly group: string;
  /** ARN of `judge-release`. */
  readonly functionArn: string;
  /** Role that the scheduler invokes it with. */
  readonly roleArn: string;
  /** @default this function's role */
  readonly identity?: AwsIdentity;
  /** @default process.env */
  readonly environment?: Environment;
}

/** A look that is delivered later than this is none: the next one is due. */
const DELIVERY = { MaximumEventAgeInSeconds: 600, MaximumRetryAttempts: 10 } as const;

/**
 * EventBridge Scheduler, by its REST API (`POST /schedules/<name>`): one shot, no flexible window, gone once it has fired. A name that is taken
 * (ConflictException) is the same look, so that planning twice plans once.
 */
export function schedulerLooks({
  group,
  functionArn,
  roleArn,
  identity = ownIdentity(),
  environment = process.env,
}: SchedulerLooksOptions): LookSchedules {
  return {
    async plan({ name, at, request }) {
      const body = {
        ActionAfterCompletion: "DELETE",
        FlexibleTimeWindow: { Mode: "OFF" },
        GroupName: group,
        ScheduleExpression: `at(${wholeSecond(at)})`,
        ScheduleExpressionTimezone: "UTC",
        Target: { Arn: functionArn, RoleArn: roleArn, Input: JSON.stringify(request), RetryPolicy: DELIVERY },
      };
      return await callAws("scheduler:CreateSchedule", async () => {
        const region = await identity.region();
        try {
          await signedRequest({
            service: "scheduler",
            region,
            method: "POST",
            url: atEndpoint(endpointOf("scheduler", region, environment), `/schedules/${encodeURIComponent(name)}`),
            headers: { "content-type": "application/json" },
            body: JSON.stringify(body),
            credentials: identity.credentials,
            idempotent: true,
          });
          return "planned";
        } catch (error) {
          if (error instanceof AwsRefusal && error.name === "ConflictException") return "already-planned";
          throw error;
        }
      });
    },
  };
}

/** The scheduler takes no fractions of a second; rounded up, so that no look comes early. */
function wholeSecond(at: string): string {
  return new Date(Math.ceil(Date.parse(at) / 1000) * 1000).toISOString().slice(0, "2026-11-20T10:00:00".length);
}
