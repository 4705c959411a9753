import { localEnvironment } from "./local-environment.ts";

const FUNCTION_SERVICES = [
  "CLOUDWATCH",
  "DYNAMODB",
  "ECR",
  "EVENTBRIDGE",
  "KMS",
  "LAMBDA",
  "S3",
  "SCHEDULER",
  "SFN",
  "SNS",
  "SQS",
  "SSM",
  "STS",
];

export interface MiniStackEnvironmentProps {
  readonly endpoint: string;
  /** For its HOME and TMPDIR. */
  readonly folder: string;
  readonly repository: string;
  readonly eksEndpoint: string;
  /** More variables. */
  readonly extra?: Readonly<Record<string, string>>;
}

/** A clean environment: functions in MiniStack inherit all of it, so nothing of the person who started it may be in there. */
export function miniStackEnvironment({
  endpoint,
  folder,
  repository,
  eksEndpoint,
  extra,
}: MiniStackEnvironmentProps): Record<string, string> {
  return {
    ...localEnvironment(endpoint, {}),
    // The first `node` in PATH runs the functions: the project's, whatever the system has.
    PATH: `${repository}/node_modules/.bin:${process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin"}`,
    HOME: folder,
    TMPDIR: `${folder}/tmp`,
    LANG: "C.UTF-8",
    PYTHONDONTWRITEBYTECODE: "1",
    BIND_HOST: "127.0.0.1",
    GATEWAY_PORT: new URL(endpoint).port,
    LOG_LEVEL: "INFO",
    ...functionEndpoints(endpoint),
    AWS_ENDPOINT_URL_EKS: eksEndpoint,
    ...extra,
  };
}

/**
 * Where functions find the AWS APIs. One variable per service and an empty AWS_ENDPOINT_URL: with that one set, MiniStack's Node worker
 * turns every HTTPS request to this machine into plain HTTP, and ours to the Kubernetes API must stay what it is on AWS.
 */
function functionEndpoints(endpoint: string): Record<string, string> {
  return { AWS_ENDPOINT_URL: "", ...Object.fromEntries(FUNCTION_SERVICES.map((service) => [`AWS_ENDPOINT_URL_${service}`, endpoint])) };
}
