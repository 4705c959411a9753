import { InvalidInputError } from "../../domain/errors.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The services that are called without an SDK client, and how their host names begin. */
const HOST_PREFIXES = {
  ecr: "api.ecr",
  eks: "eks",
  inspector2: "inspector2",
  kms: "kms",
  lambda: "lambda",
  s3: "s3",
  scheduler: "scheduler",
  sts: "sts",
} as const;
export type SignedService = keyof typeof HOST_PREFIXES;

/** AWS's partitions by the beginning of their regions' names; every other region is of the first partition. */
const DNS_SUFFIXES: readonly (readonly [RegExp, string])[] = [
  [/^cn-/, "amazonaws.com.cn"],
  [/^us-iso-/, "c2s.ic.gov"],
  [/^us-isob-/, "sc2s.sgov.gov"],
  [/^eu-isoe-/, "cloud.adc-e.uk"],
  [/^us-isof-/, "csp.hci.ic.gov"],
  [/^eusc-/, "amazonaws.eu"],
];

/**
 * Where a service answers in a region, as the SDK decides it: AWS_ENDPOINT_URL_<SERVICE>, else AWS_ENDPOINT_URL (an empty one counts as none), else
 * the regional endpoint. Settings of AWS configuration files and FIPS or dual-stack endpoints are not looked at. Throws InvalidInputError.
 */
export function endpointOf(service: SignedService, region: string, environment: Environment = process.env): URL {
  return (
    configuredEndpoint(service, environment) ?? new URL(`https://${HOST_PREFIXES[service]}.${checkedRegion(region)}.${dnsSuffixOf(region)}`)
  );
}

/** What AWS_ENDPOINT_URL_<SERVICE> or AWS_ENDPOINT_URL name; null when neither does. */
export function configuredEndpoint(service: SignedService, environment: Environment): URL | null {
  const address = environment[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || environment.AWS_ENDPOINT_URL;
  return address ? new URL(address) : null;
}

/** The address of a path at an endpoint, which may have a path of its own. */
export function atEndpoint(endpoint: URL, path: string): URL {
  return new URL(`${endpoint.pathname.replace(/\/$/, "")}${path}`, endpoint);
}

/** The end of the host names in a region's partition. */
export function dnsSuffixOf(region: string): string {
  return DNS_SUFFIXES.find(([beginning]) => beginning.test(region))?.[1] ?? "amazonaws.com";
}

/** It becomes part of a host name. */
function checkedRegion(region: string): string {
  if (/^[a-z0-9-]+$/.test(region)) return region;
  throw new InvalidInputError(`"${region}" is not the name of an AWS region`, { region });
}
