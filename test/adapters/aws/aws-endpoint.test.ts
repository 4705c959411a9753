import { DescribeClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { afterEach, describe, expect, it } from "vitest";
import { atEndpoint, endpointOf } from "../../../functions/adapters/aws/aws-endpoint.ts";

const saved = { ...process.env };
afterEach(() => {
  process.env = { ...saved };
});

/** Where the SDK's client would send a request in this environment. */
async function sdkUrl(region: string, environment: Readonly<Record<string, string>>): Promise<string> {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
  Object.assign(process.env, { AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" }, environment);
  let url = "";
  const client = new EKSClient({
    region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
    requestHandler: {
      async handle({
        protocol,
        hostname,
        port,
        path,
      }: {
        protocol: string;
        hostname: string;
        port?: number;
        path: string;
      }): Promise<never> {
        url = `${protocol}//${hostname}${port ? `:${port}` : ""}${path}`;
        throw new Error("not sent");
      },
    },
  });
  await client.send(new DescribeClusterCommand({ name: "de mo/x" })).catch(() => undefined);
  return url;
}

const ourUrl = (region: string, environment: Readonly<Record<string, string>>) =>
  atEndpoint(endpointOf("eks", region, environment), "/clusters/de%20mo%2Fx").href;

describe("endpointOf", () => {
  it.each([
    "us-east-1",
    "eu-central-2",
    "cn-north-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-isob-east-1",
    "eu-isoe-west-1",
    "eusc-de-east-1",
  ])("is the SDK's endpoint in %s", async (region) => {
    const expected = await sdkUrl(region, {});

    expect(expected).toContain(region);
    expect(ourUrl(region, {})).toBe(expected);
  });

  it.each<{ name: string; environment: Record<string, string> }>([
    { name: "the service's own variable", environment: { AWS_ENDPOINT_URL_EKS: "http://127.0.0.1:4590" } },
    { name: "the variable of all services", environment: { AWS_ENDPOINT_URL: "https://proxy.example.com:8443" } },
    {
      name: "the service's own before that of all",
      environment: { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_ENDPOINT_URL_EKS: "http://127.0.0.1:2" },
    },
    {
      name: "the variable of all when the own one is empty",
      environment: { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_ENDPOINT_URL_EKS: "" },
    },
    { name: "no empty variable", environment: { AWS_ENDPOINT_URL: "" } },
    { name: "a path of the endpoint", environment: { AWS_ENDPOINT_URL: "http://127.0.0.1:1/aws" } },
  ])("takes $name, as the SDK does", async ({ environment }) => {
    const expected = await sdkUrl("us-east-1", environment);

    expect(ourUrl("us-east-1", environment)).toBe(expected);
  });

  it.each([
    ["sts", "https://sts.eu-west-1.amazonaws.com/"],
    ["ecr", "https://api.ecr.eu-west-1.amazonaws.com/"],
    ["s3", "https://s3.eu-west-1.amazonaws.com/"],
  ] as const)("knows where %s is", (service, url) => {
    expect(endpointOf(service, "eu-west-1", {}).href).toBe(url);
  });

  it("sends nothing to a host that is hidden in a region's name", () => {
    expect(() => endpointOf("eks", "x.example.com/", {})).toThrow(/is not the name of an AWS region/);
  });
});
