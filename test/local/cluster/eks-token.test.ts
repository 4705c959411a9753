import { describe, expect, it } from "vitest";
import { createAuthenticator } from "../../../local/cluster/front/authenticator.ts";
import { anEksToken, KEY, type TokenProps } from "../../support/cluster/eks-token.ts";

const ROLE = "arn:aws:iam::000000000000:role/ExecuteStep";
const SESSION = "arn:aws:sts::000000000000:assumed-role/ExecuteStep/incident-7";
const now = new Date();
const minutesAgo = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);

const authenticate = createAuthenticator({
  clusterName: "demo",
  adminToken: "the-admin-token",
  knownKeys: { [KEY.accessKeyId]: { secretAccessKey: KEY.secretAccessKey, arn: SESSION } },
  accessEntries: [{ principalArn: ROLE, groups: ["rollguard:write"] }],
  unknownKeys: "refuse",
  now: () => now,
});

const withParameter =
  (key: string, value: string) =>
  (url: URL): URL => {
    url.searchParams.set(key, value);
    return url;
  };

const refused: readonly (TokenProps & { what: string; reason: string })[] = [
  { what: "made with another secret", secretAccessKey: "another", reason: "the signature is wrong" },
  { what: "made for another cluster", clusterName: "production", reason: "made for another cluster" },
  { what: "of a key nobody knows", accessKeyId: "AKIAUNKNOWN", reason: "access key AKIAUNKNOWN is not known" },
  { what: "16 minutes old", signedAt: minutesAgo(16), reason: "older than 15 minutes" },
  { what: "from the future", signedAt: minutesAgo(-10), reason: "from the future" },
  { what: "with another expiry than was signed", tamper: withParameter("X-Amz-Expires", "61"), reason: "the signature is wrong" },
  { what: "with an expiry beyond 900 s", expiresIn: 901, reason: "X-Amz-Expires is out of range" },
  { what: "that does not sign the cluster header", headers: {}, reason: "x-k8s-aws-id is not among the signed headers" },
  { what: "for another action", tamper: withParameter("Action", "AssumeRole"), reason: "action is not GetCallerIdentity" },
  { what: "with a parameter of its own", tamper: withParameter("Extra", "1"), reason: 'query parameter "Extra" is not allowed' },
  { what: "with a parameter twice, in another case", tamper: (url) => `${url}&action=GetCallerIdentity`, reason: "is given twice" },
  {
    what: "for a host that is not STS",
    tamper: (url) => String(url).replace("sts.us-east-1.amazonaws.com", "sts.example.com"),
    reason: "is not an STS host",
  },
  {
    what: "for a host that only begins like STS",
    tamper: (url) => String(url).replace(".com/", ".com.example.org/"),
    reason: "is not an STS host",
  },
  { what: "over http", tamper: (url) => String(url).replace("https:", "http:"), reason: "URL is not https" },
  { what: "with a path", tamper: (url) => String(url).replace(".com/", ".com/path"), reason: "URL has a path" },
  { what: "that holds no URL", tamper: () => "nonsense", reason: "token holds no URL" },
  { what: "larger than 4096 bytes", tamper: withParameter("X-Amz-Security-Token", "x".repeat(4096)), reason: "token is too large" },
  {
    what: "with a session token that was not signed",
    tamper: withParameter("X-Amz-Security-Token", "x"),
    reason: "the signature is wrong",
  },
];

describe("an EKS token", () => {
  it("that is right makes its role known, with the groups of its access entry and the session in the name", async () => {
    const caller = await authenticate(`Bearer ${await anEksToken()}`);

    expect(caller).toEqual({ kind: "eks", user: { username: SESSION, groups: ["rollguard:write", "system:authenticated"] } });
  });

  it.each([{ sessionToken: "a/session+token==" }, { signedAt: minutesAgo(14) }, { expiresIn: 0 }, { region: "eu-central-1" }])(
    "is right with %o",
    async (props) => {
      await expect(authenticate(`Bearer ${await anEksToken(props)}`)).resolves.toMatchObject({ kind: "eks" });
    },
  );

  it.each(refused)("$what is refused: $reason", async ({ what: _what, reason, ...props }) => {
    const token = await anEksToken(props);

    await expect(authenticate(`Bearer ${token}`)).rejects.toThrow(reason);
  });

  it.each([
    ["with padding", (token: string) => `${token}==`, "not base64url without padding"],
    ["without its prefix", (token: string) => token.slice("k8s-aws-v1.".length), "does not start with k8s-aws-v1."],
  ])("%s is refused", async (_what, change, reason) => {
    await expect(authenticate(`Bearer ${change(await anEksToken())}`)).rejects.toThrow(reason);
  });

  it("of a role without an access entry is refused", async () => {
    const strict = createAuthenticator({
      clusterName: "demo",
      adminToken: "x",
      knownKeys: { [KEY.accessKeyId]: { secretAccessKey: KEY.secretAccessKey, arn: SESSION } },
      accessEntries: [{ principalArn: "arn:aws:iam::000000000000:role/Other", groups: [] }],
    });

    await expect(strict(`Bearer ${await anEksToken()}`)).rejects.toThrow(`${ROLE} has no access entry`);
  });

  it("of a role with a path finds the entry, as STS leaves the path out", async () => {
    const strict = createAuthenticator({
      clusterName: "demo",
      adminToken: "x",
      knownKeys: { [KEY.accessKeyId]: { secretAccessKey: KEY.secretAccessKey, arn: SESSION } },
      accessEntries: [{ principalArn: "arn:aws:iam::000000000000:role/team/ExecuteStep", groups: ["g"], username: "executor" }],
    });

    const { user } = await strict(`Bearer ${await anEksToken()}`);

    expect(user).toEqual({ username: "executor", groups: ["g", "system:authenticated"] });
  });

  it("of an unknown key gets the default groups where emulators cannot tell roles apart, and is still checked for its form", async () => {
    const lenient = createAuthenticator({ clusterName: "demo", adminToken: "x" });

    const { user } = await lenient(`Bearer ${await anEksToken({ accessKeyId: "test" })}`);

    expect(user).toEqual({
      username: "unverified:test",
      groups: ["rollguard:read", "rollguard:write", "rollguard:keep", "system:authenticated"],
    });
    await expect(lenient(`Bearer ${await anEksToken({ accessKeyId: "test", headers: {} })}`)).rejects.toThrow("signed headers");
  });
});

describe("the admin token", () => {
  it("has all rights", async () => {
    await expect(authenticate("Bearer the-admin-token")).resolves.toMatchObject({
      kind: "admin",
      user: { groups: expect.arrayContaining(["system:masters"]) },
    });
  });

  it.each([undefined, "", "Bearer", "Bearer ", "Basic dGVzdA==", "Bearer the-admin-tokem"])("is not %o", async (authorization) => {
    await expect(authenticate(authorization)).rejects.toThrow();
  });
});
