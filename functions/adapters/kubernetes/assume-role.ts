import { InvalidInputError, PermissionError } from "../../domain/errors.ts";
import { type Environment, endpointOf } from "../aws/aws-endpoint.ts";
import type { AwsCredentials, AwsIdentity } from "../aws/aws-identity.ts";
import { callAws } from "../aws/call-aws.ts";
import { signedRequest } from "../aws/signed-request.ts";
import { xmlText } from "../aws/xml-text.ts";

export interface RoleToAssume {
  readonly roleArn: string;
  /** Anything; made to fit (see `sessionNameOf`). Audit logs of AWS and of the cluster show it. */
  readonly session: string;
}

/** Asks STS, in the asker's own region, for credentials of a role (one hour). Throws PermissionError, InvalidInputError or TransientUpstreamError. */
export async function assumeRole(
  own: AwsIdentity,
  { roleArn, session }: RoleToAssume,
  environment: Environment = process.env,
): Promise<AwsCredentials> {
  const region = await own.region();
  const form = { Action: "AssumeRole", Version: "2011-06-15", RoleArn: roleArn, RoleSessionName: sessionNameOf(session) };
  const send = () =>
    signedRequest({
      service: "sts",
      region,
      method: "POST",
      url: endpointOf("sts", region, environment),
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(form).toString(),
      credentials: own.credentials,
      // Credentials that nobody received harm nobody.
      idempotent: true,
    });
  const { bytes } = await callAws("sts:AssumeRole", send).catch((error: unknown) => {
    throw refused(error, roleArn);
  });
  return credentialsIn(bytes.toString("utf8"), roleArn);
}

/** STS takes 2 to 64 of `[\w+=,.@-]` as a session's name. */
export function sessionNameOf(text: string): string {
  const fitting = text.replaceAll(/[^\w+=,.@-]/g, "-").slice(0, 64);
  return fitting.length < 2 ? "rollguard" : fitting;
}

function credentialsIn(xml: string, roleArn: string): AwsCredentials {
  const [accessKeyId, secretAccessKey, sessionToken] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map((name) => xmlText(xml, name));
  const expiration = new Date(xmlText(xml, "Expiration") ?? "");
  if (!accessKeyId || !secretAccessKey || !sessionToken || Number.isNaN(expiration.getTime())) {
    throw new Error(`STS answered without credentials for role ${roleArn}`);
  }
  return { accessKeyId, secretAccessKey, sessionToken, expiration };
}

function refused(error: unknown, roleArn: string): unknown {
  const cause = error instanceof PermissionError ? error.cause : error;
  if (!(cause instanceof Error)) return error;
  if (cause.name.startsWith("AccessDenied")) {
    return new PermissionError(
      `role ${roleArn} may not be assumed: allow sts:AssumeRole on it in this function's role, and let its trust policy name this function's role (${cause.message})`,
      { action: "sts:AssumeRole", roleArn },
      { cause },
    );
  }
  if (cause.name === "ValidationError") {
    return new InvalidInputError(
      `STS does not take ${roleArn} for a role: correct the blueprint's target (${cause.message})`,
      { roleArn },
      { cause },
    );
  }
  return error;
}
