import { describe, expect, it } from "vitest";
import { enterLocalEnvironment, localEnvironment } from "../../../local/emulator/local-environment.ts";

describe("localEnvironment", () => {
  const environment = localEnvironment("http://127.0.0.1:4566", {
    PATH: "/usr/bin",
    AWS_PROFILE: "production",
    AWS_ACCESS_KEY_ID: "AKIA",
    AWS_SESSION_TOKEN: "token",
    AWS_ENDPOINT_URL_DYNAMODB: "https://dynamodb.eu-west-1.amazonaws.com",
    AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/admin",
    AWS_CONFIG_FILE: "/home/someone/.aws/config",
    CDK_DEFAULT_ACCOUNT: "123456789012",
    NO_PROXY: "intranet",
  });

  it("keeps nothing of the person's AWS settings", () => {
    const text = JSON.stringify(environment);

    expect(environment).not.toHaveProperty("AWS_PROFILE");
    expect(environment).not.toHaveProperty("AWS_SESSION_TOKEN");
    expect(environment).not.toHaveProperty("CDK_DEFAULT_ACCOUNT");
    for (const secret of ["production", "AKIA", "123456789012", "amazonaws.com", "/home/someone"]) expect(text).not.toContain(secret);
  });

  it("reads no files, asks no metadata service, and goes past proxies", () => {
    expect(environment).toMatchObject({
      PATH: "/usr/bin",
      AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
      AWS_ACCESS_KEY_ID: "test",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_EC2_METADATA_DISABLED: "true",
      NO_PROXY: "intranet,127.0.0.1,localhost",
    });
  });
});

describe("enterLocalEnvironment", () => {
  it("changes this process's environment until it is put back", () => {
    const before = { ...process.env };
    process.env.AWS_PROFILE = "production";

    const leave = enterLocalEnvironment("http://127.0.0.1:1", { AWS_ENDPOINT_URL_EKS: "http://127.0.0.1:2" });
    const inside = { ...process.env };
    leave();
    const after = { ...process.env };
    delete process.env.AWS_PROFILE;

    expect(inside).toMatchObject({ AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_ENDPOINT_URL_EKS: "http://127.0.0.1:2" });
    expect(inside).not.toHaveProperty("AWS_PROFILE");
    expect(after).toEqual({ ...before, AWS_PROFILE: "production" });
  });
});
