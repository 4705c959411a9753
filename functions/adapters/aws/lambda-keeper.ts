import type { Keeper } from "../../ports/keeper.ts";
import { atEndpoint, type Environment, endpointOf } from "./aws-endpoint.ts";
import { type AwsIdentity, ownIdentity } from "./aws-identity.ts";
import { callAws } from "./call-aws.ts";
import { signedRequest } from "./signed-request.ts";

export interface LambdaKeeperOptions {
  /** @default this function's role */
  readonly identity?: AwsIdentity;
  /** @default process.env */
  readonly environment?: Environment;
}

/** Invokes `keep-config` without waiting for it: it has a role of its own, the one that may create copies. Asking twice copies once. */
export function lambdaKeeper(
  functionName: string,
  { identity = ownIdentity(), environment = process.env }: LambdaKeeperOptions = {},
): Keeper {
  return {
    async ask(request) {
      await callAws("lambda:InvokeFunction", async () => {
        const region = await identity.region();
        const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
        await signedRequest({
          service: "lambda",
          region,
          method: "POST",
          url: atEndpoint(endpointOf("lambda", region, environment), path),
          headers: { "content-type": "application/json", "x-amz-invocation-type": "Event" },
          body: JSON.stringify(request),
          credentials: identity.credentials,
          idempotent: true,
        });
      });
    },
  };
}
