import { describe, expect, it } from "vitest";
import { miniStackEnvironment } from "../../../local/emulator/ministack-environment.ts";

const environment = miniStackEnvironment({
  endpoint: "http://127.0.0.1:4599",
  folder: "/repository/.rollguard/emulator-4599",
  repository: "/repository",
  eksEndpoint: "http://127.0.0.1:4590",
  extra: { SFN_WAIT_SCALE: "0.1" },
});

describe("miniStackEnvironment", () => {
  it("binds to this machine only, runs functions on the project's Node and keeps temporary files to itself", () => {
    expect(environment).toMatchObject({
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: "4599",
      HOME: "/repository/.rollguard/emulator-4599",
      TMPDIR: "/repository/.rollguard/emulator-4599/tmp",
      SFN_WAIT_SCALE: "0.1",
    });
    expect(environment.PATH?.split(":")[0]).toBe("/repository/node_modules/.bin");
  });

  it("names the endpoint of every service, but not the general one, which would cost functions their TLS to the cluster", () => {
    expect(environment.AWS_ENDPOINT_URL).toBe("");
    expect(environment.AWS_ENDPOINT_URL_DYNAMODB).toBe("http://127.0.0.1:4599");
    expect(environment.AWS_ENDPOINT_URL_EKS).toBe("http://127.0.0.1:4590");
  });

  it("inherits nothing of whoever starts it", () => {
    const mine = Object.keys(process.env).filter((name) => name.startsWith("npm_") || name === "USER" || name === "VITEST");

    expect(mine.filter((name) => name in environment)).toEqual([]);
  });
});
