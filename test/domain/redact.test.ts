import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { REDACTED, redact, redactedTo } from "../../functions/domain/redact.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const ALPHABET = `${LETTERS}${LETTERS.toUpperCase()}0123456789`;
const from = (characters: string, minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength });

/** What somebody might choose as a password: a marker that must be gone, with characters that tempt a parser. */
const secret = fc
  .tuple(from(ALPHABET, 4, 12), from("!#$%*+-._~^|", 0, 3), from(ALPHABET, 4, 12))
  .map(([first, signs, last]) => `${first}${signs}Canary7${last}`);
const word = fc.constantFrom("starting checkout", "request done in 12 ms", "GET /orders/42 200", "retrying", "level=info msg=ready");
const mixed = (characters: string, minLength: number, maxLength = minLength) =>
  from(characters, minLength, maxLength).filter((text) => /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text));
const base64Url = `${ALPHABET}-_`;

/** Every form: how the secret stands in a log, and what must not survive of it. */
const forms: Readonly<Record<string, fc.Arbitrary<{ text: string; canary: string }>>> = {
  "a pair": fc
    .tuple(
      fc.constantFrom(
        "password",
        "DB_PASSWORD",
        "clientSecret",
        "api_key",
        "x-api-key",
        "accessToken",
        "aws_secret_access_key",
        "PGPASSWORD",
      ),
      fc.constantFrom("=", ": ", " = ", ":"),
      secret,
    )
    .map(([name, sign, canary]) => ({ text: `${name}${sign}${canary} next=1`, canary })),
  "a pair in JSON": fc.tuple(fc.constantFrom("password", "token", "secretKey"), secret).map(([name, canary]) => {
    return { text: JSON.stringify({ level: 30, [name]: `${canary}" tail`, ok: true }), canary };
  }),
  "a pair in JSON in JSON": secret.map((canary) => ({ text: JSON.stringify({ body: JSON.stringify({ password: canary }) }), canary })),
  "a query parameter": secret.map((canary) => ({ text: `GET /login?user=7&token=${canary}&page=2`, canary })),
  "a command line": secret.map((canary) => ({ text: `exec /bin/app --password ${canary} --port 80`, canary })),
  "a URL": fc
    .tuple(fc.constantFrom("postgres://app:", "redis://:", "amqps://guest:", "https://bot:"), secret, fc.constantFrom("", "@x", "/y"))
    .map(([start, canary, more]) => ({ text: `cannot reach ${start}${canary}${more}@db.internal:5432/orders`, canary })),
  "a data source name": secret.map((canary) => ({ text: `open app:${canary}@tcp(db:3306)/orders failed`, canary })),
  "an Authorization header": fc
    .tuple(
      fc.constantFrom("Authorization: Bearer ", "authorization: Basic ", '"Authorization":"', "Authorization: Token ", "Cookie: sid="),
      secret,
    )
    .map(([start, canary]) => ({ text: `> ${start}${canary}`, canary })),
  "a bearer token": from(`${base64Url}.`, 16, 60).map((canary) => ({ text: `sent Bearer ${canary} to upstream`, canary })),
  "a JWT": fc.tuple(from(base64Url, 20, 80), from(base64Url, 20, 120), from(base64Url, 20, 60)).map(([head, body, canary]) => {
    return { text: `claims eyJ${head}.${body}.${canary} rejected`, canary };
  }),
  "an AWS access key": fc
    .tuple(fc.constantFrom("AKIA", "ASIA"), from(`${LETTERS.toUpperCase()}234567`, 16))
    .map(([start, rest]) => ({ text: `key ${start}${rest} is not active`, canary: start + rest })),
  "an AWS secret key": mixed(`${ALPHABET}+/`, 40).map((canary) => ({ text: `used ${canary} to sign`, canary })),
  "a vendor's token": fc
    .tuple(fc.constantFrom("ghp_", "glpat-", "xoxb-", "sk_live_", "npm_"), from(ALPHABET, 24, 40))
    .map(([start, rest]) => ({ text: `remote said no to ${start}${rest}.`, canary: start + rest })),
  "a blob": mixed(`${ALPHABET}+/`, 40, 300).map((canary) => ({ text: `payload=${canary}== end`, canary })),
  "a blob in URL letters": mixed(base64Url, 40, 300).map((canary) => ({ text: `state ${canary}`, canary })),
};

describe("what is redacted", () => {
  it.each(Object.entries(forms))("%s never survives, wherever it stands", (_, form) => {
    fc.assert(
      fc.property(form, word, word, fc.constantFrom("\n", " "), ({ text, canary }, before, after, gap) => {
        const safe = redact(`${before}${gap}${text}\n${after}`);

        expect(safe).not.toContain(canary);
        expect(safe).toContain(REDACTED);
        expect(safe.startsWith(before)).toBe(true);
        expect(safe.endsWith(after)).toBe(true);
      }),
      { numRuns: 300, seed: 20261120 },
    );
  });

  const keyLines = fc.tuple(fc.array(from(`${ALPHABET}+/`, 64), { minLength: 2, maxLength: 12 }), from(`${ALPHABET}+/`, 8, 63));

  it("a private key never survives: whole, in one line, with times before its lines, or without its begin or end", () => {
    const play = fc.constantFrom("whole", "one line", "no begin", "no end");
    fc.assert(
      fc.property(keyLines, play, fc.boolean(), fc.constantFrom("", "RSA ", "EC "), ([body, last], form, timed, kind) => {
        const begin = form === "no begin" ? [] : [`-----BEGIN ${kind}PRIVATE KEY-----`];
        const end = form === "no end" ? [] : [`-----END ${kind}PRIVATE KEY-----`];
        const lines = [...begin, ...body, last, ...end];
        const stamped = timed ? lines.map((line) => `2026-11-20T03:12:30.123456789Z ${line}`) : lines;
        const safe = redact(
          `loading the key, please wait\n${form === "one line" ? lines.join("\\n") : stamped.join("\n")}\nlistening on port 8080, all is well`,
        );

        for (const line of [...body, last]) expect(safe).not.toContain(line);
        expect(safe).toContain("loading the key");
        expect(safe).toContain("listening on port 8080");
      }),
      { numRuns: 300, seed: 20261120 },
    );
  });

  it("an e-mail address keeps its host alone", () => {
    expect(redact("no account for ada.lovelace+shop@example.com")).toBe(`no account for ${REDACTED}@example.com`);
  });
});

describe("what stays", () => {
  it.each([
    "Error: Cannot find module './config/production.json'",
    "    at Module._resolveFilename (node:internal/modules/cjs/loader:1145:15)",
    "    at /usr/src/app/node_modules/express/lib/router/Layer2.js:95:5",
    "at com.example.checkout.OrderServiceImpl2.placeOrder(OrderServiceImpl2.java:41)",
    'configmaps is forbidden: User "system:serviceaccount:demo:checkout" cannot list resource "configmaps" in API group "" in the namespace "demo"',
    'secret "checkout-db" not found',
    "couldn't find key password in Secret demo/checkout-db",
    'MountVolume.SetUp failed for volume "tls" : references non-existent secret key: tls.crt',
    "exceeded quota: team, requested: pods=1,secrets=1, used: pods=8,secrets=10, limited: pods=8,secrets=10",
    "Readiness probe failed: HTTP probe failed with statuscode: 503",
    'Get "http://10.1.2.3:8080/healthz": dial tcp 10.1.2.3:8080: connect: connection refused',
    'Back-off pulling image "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/checkout@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"',
    "pod 5d1b9f44-0c53-49d6-9a27-0e5be4ad7b01 of checkout-6d4b75cb6d-x7k2p is gone",
    "2026-11-20T03:12:30.123456789Z level=warn msg=slow author=bob passed=3 compass: north",
    "used 512 tokens: 480 in, tokens=32",
    "secretName: checkout-db",
    "0/5 nodes are available: 3 Insufficient memory, 2 node(s) had untolerated taint {dedicated: gpu}.",
    "npm warn deprecated left-pad@1.30.12: use String.prototype.padStart()",
    "java.lang.OutOfMemoryError: Java heap space",
    "basic authentication is off; see --token-path /etc/token",
  ])("%s", (line) => {
    expect(redact(line)).toBe(line);
  });
});

describe("redact", () => {
  it("leaves what is redacted as it is", () => {
    fc.assert(
      fc.property(fc.oneof(...Object.values(forms)), word, ({ text }, after) => {
        const once = redact(`${text}\n${after}`);

        expect(redact(once)).toBe(once);
      }),
      { numRuns: 500, seed: 20261120 },
    );
  });

  it("redacts before it shortens, so that half a secret is not taken for a harmless word", () => {
    const key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    expect(redactedTo(20, `with ${key}`)).toBe(`with ${REDACTED}`);
    expect(redactedTo(10, "x".repeat(50))).toBe(`${"x".repeat(9)}…`);
  });

  it.each(["a", "/", "A1", "pass", 'token="', "-----BEGIN PRIVATE KEY-----\n", "x@", "eyJ", "://a:", '\\"', "a.b@c-"])(
    "takes a page of %j in no time",
    (piece) => {
      const page = piece.repeat(Math.ceil(65_536 / piece.length));
      const start = performance.now();
      redact(page);

      expect(performance.now() - start).toBeLessThan(1000);
    },
  );
});
