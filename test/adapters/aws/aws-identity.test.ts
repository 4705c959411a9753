import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ownIdentity } from "../../../functions/adapters/aws/aws-identity.ts";

const saved = { ...process.env };
beforeAll(() => {
  const isolated = { AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null", AWS_EC2_METADATA_DISABLED: "true" };
  Object.assign(process.env, isolated, { AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "one", AWS_SECRET_ACCESS_KEY: "secret" });
});
afterAll(() => {
  process.env = saved;
});

describe("ownIdentity", () => {
  it("is this process's role, kept until it is renewed", async () => {
    const { credentials, region } = ownIdentity();

    expect(await credentials()).toMatchObject({ accessKeyId: "one" });
    expect(await region()).toBe("eu-west-1");
    process.env.AWS_ACCESS_KEY_ID = "two";

    expect(await credentials()).toMatchObject({ accessKeyId: "one" });
    expect(await credentials(true)).toMatchObject({ accessKeyId: "two" });
    expect(await credentials()).toMatchObject({ accessKeyId: "two" });
  });
});
