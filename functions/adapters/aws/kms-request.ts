import type * as z from "zod/mini";
import { atEndpoint, type Environment, endpointOf } from "./aws-endpoint.ts";
import { type AwsIdentity, ownIdentity } from "./aws-identity.ts";
import { callAws } from "./call-aws.ts";
import { signedRequest } from "./signed-request.ts";

/** What tests set; production uses the defaults. */
export interface KmsOptions {
  /** @default this function's role */
  readonly identity?: AwsIdentity;
  /** Where AWS_ENDPOINT_URL and its like are read. @default process.env */
  readonly environment?: Environment;
}

/** One call of KMS. All that are used may be repeated: they store nothing. Throws `TransientUpstreamError`, `PermissionError` or AwsRefusal. */
export async function kmsRequest<Answer extends z.ZodMiniType>(
  action: "GenerateDataKey" | "Decrypt" | "GenerateMac",
  body: object,
  answer: Answer,
  { identity = ownIdentity(), environment = process.env }: KmsOptions,
): Promise<z.infer<Answer>> {
  return callAws(`kms:${action}`, async () => {
    const region = await identity.region();
    const { bytes } = await signedRequest({
      service: "kms",
      region,
      method: "POST",
      url: atEndpoint(endpointOf("kms", region, environment), "/"),
      headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `TrentService.${action}` },
      body: JSON.stringify(body),
      credentials: identity.credentials,
      idempotent: true,
    });
    return answer.parse(JSON.parse(bytes.toString("utf8"))) as z.infer<Answer>;
  });
}
