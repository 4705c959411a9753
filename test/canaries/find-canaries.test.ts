import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canariesIn, findCanaries } from "./find-canaries.ts";

const SEED = 20261120;
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/** What encodings stumble over. */
const SIGNS = `"'\\/+&<>%=#$ üß€-_.~\n\t`;
const from = (characters: string, minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength });

const canary = fc
  .tuple(from(LETTERS, 6, 10), from(SIGNS, 0, 4), from(LETTERS, 6, 10), from(SIGNS, 0, 2))
  .map(([first, signs, second, more]) => `${first}${signs}${second}${more}`);
/** Any bytes; small and large. */
const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const words = fc.oneof(
  fc.string({ unit: "binary", maxLength: 80 }),
  from(`${LETTERS}/-_=`, 0, 60),
  fc.constant('{"level":"INFO","path":"%2Fvar%2Flog","hash":"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}'),
);

interface Encoding {
  readonly reads: "text" | "bytes";
  readonly gives: "text" | "bytes";
  encode(bytes: Buffer): Buffer | string;
}

const text = (encode: (text: string) => string): Encoding => ({
  reads: "text",
  gives: "text",
  encode: (bytes) => encode(bytes.toString()),
});
const transport = (encode: (bytes: Buffer) => string): Encoding => ({ reads: "bytes", gives: "text", encode });
const stream = (encode: (bytes: Buffer) => Buffer): Encoding => ({ reads: "bytes", gives: "bytes", encode });
const everyByte = (bytes: Buffer, mark: string) => [...bytes].map((byte) => `${mark}${byte.toString(16).padStart(2, "0")}`).join("");

const ENCODINGS: Readonly<Record<string, Encoding>> = {
  JSON: text((value) => JSON.stringify({ value })),
  "JSON in ASCII": text((value) =>
    JSON.stringify({ value }).replaceAll(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`),
  ),
  HTML: text(
    (value) =>
      `<p>${value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;")}</p>`,
  ),
  "a URL": text((value) => `/search?q=${encodeURIComponent(value)}&page=2`),
  "a form": text((value) => new URLSearchParams({ a: "1", value }).toString()),
  "a URL of bytes": transport((bytes) => `?q=${everyByte(bytes, "%")}`),
  base64: transport((bytes) => bytes.toString("base64")),
  base64url: transport((bytes) => bytes.toString("base64url")),
  hex: transport((bytes) => bytes.toString("hex")),
  "HEX in capitals": transport((bytes) => bytes.toString("hex").toUpperCase()),
  gzip: stream((bytes) => gzipSync(bytes)),
  "gzip of the quick kind": stream((bytes) => gzipSync(bytes, { level: 1 })),
  deflate: stream((bytes) => deflateSync(bytes)),
  "deflate, stored": stream((bytes) => deflateSync(bytes, { level: 0 })),
};
type EncodingName = keyof typeof ENCODINGS;
const encodingNamed = (name: EncodingName): Encoding => {
  const encoding = ENCODINGS[name];
  if (encoding === undefined) throw new Error(`no encoding is called ${name}`);
  return encoding;
};

/** Innermost first. Bytes that are no text go into no text format. */
const chain = fc
  .array(fc.constantFrom(...Object.keys(ENCODINGS)), { minLength: 1, maxLength: 3 })
  .filter((names) =>
    names.every((name, at) => at === 0 || encodingNamed(name).reads === "bytes" || encodingNamed(names[at - 1] ?? "").gives === "text"),
  );

/** The value between others, encoded by each in turn, between others again. */
function planted(value: string, names: readonly EncodingName[], [before, after]: readonly [string, string]): Buffer {
  return names.reduce<Buffer>((bytes, name) => Buffer.from(encodingNamed(name).encode(bytes)), Buffer.from(`${before}${value}${after}`));
}

describe("a planted value is found", () => {
  it.each(Object.keys(ENCODINGS))("in %s, whatever stands around it there and then", (name) => {
    fc.assert(
      fc.property(canary, words, words, noise, noise, (value, before, after, left, right) => {
        const bytes = Buffer.concat([left, planted(value, [name], [before, after]), right]);

        expect(canariesIn(bytes, [value])).toEqual([value]);
      }),
      { numRuns: 150, seed: SEED },
    );
  });

  it("in up to three encodings, one in another", () => {
    fc.assert(
      fc.property(canary, chain, words, words, (value, names, before, after) => {
        expect(canariesIn(planted(value, names, [before, after]), [value])).toEqual([value]);
      }),
      { numRuns: 1500, seed: SEED },
    );
  });

  it.each([0, 1, 2, 3, 4, 5])("in base64 and hex with %i characters before and after that belong to another word", (others) => {
    const value = "Canary7-Zk3Q9xVb2";
    for (const encoding of ["base64", "base64url", "hex"] as const) {
      for (let aside = 0; aside < 3; aside++) {
        const encoded = Buffer.from(`${"x".repeat(aside)}${value}${"y".repeat(aside)}`)
          .toString(encoding)
          .replace(/=+$/, "");

        expect(canariesIn(`${"a".repeat(others)}${encoded}${"b".repeat(others)}`, [value])).toEqual([value]);
      }
    }
  });

  it("escaped for JSON once, twice and thrice", () => {
    const value = 'Canary7"\\ü/\n-Zk3Q9xVb2';
    let document: unknown = value;
    for (let times = 1; times <= 3; times++) {
      document = JSON.stringify({ document });

      expect(canariesIn(String(document), [value])).toEqual([value]);
    }
  });

  it("in a stream that was cut after it", () => {
    const stream = gzipSync(`Canary7-Zk3Q9xVb2${Array.from({ length: 4000 }, (_, at) => at * 7919).join(" ")}`);

    expect(canariesIn(stream.subarray(0, stream.length - 2000), ["Canary7-Zk3Q9xVb2"])).toEqual(["Canary7-Zk3Q9xVb2"]);
  });

  it("in a stream whose header has a file's name, a comment, extra fields and a checksum", () => {
    const header = Buffer.from("1f8b081e000000000003" + "0300010203" + "6100" + "6200" + "0000", "hex");
    const stream = Buffer.concat([header, gzipSync("Canary7-Zk3Q9xVb2").subarray(10)]);

    expect(canariesIn(stream, ["Canary7-Zk3Q9xVb2"])).toEqual(["Canary7-Zk3Q9xVb2"]);
  });

  it("with the way to it, and each of several", () => {
    const [one, other] = ["Canary7-Zk3Q9xVb2", "Canary8-mP4wLt6Ry"];
    const found = findCanaries(`${one} {"sealed":"${gzipSync(`{"a":"${other}"}`).toString("base64")}"}`, [
      one,
      other,
      "Canary9-neverThere",
    ]);

    expect(found).toEqual([
      { canary: one, via: [] },
      { canary: other, via: ["base64", "gzip"] },
    ]);
  });
});

describe("a text without it", () => {
  it("gives nothing, however much of the rest is encoded", () => {
    fc.assert(
      fc.property(canary, canary, chain, words, words, (value, absent, names, before, after) => {
        fc.pre(!`${before}${value}${after}`.includes(absent));

        expect(findCanaries(planted(value, names, [before, after]), [absent])).toEqual([]);
      }),
      { numRuns: 1500, seed: SEED },
    );
  });

  it("gives nothing when the value is there but for its end, and for no values at all", () => {
    expect(findCanaries("password=Canary7-Zk3Q9xVb", ["Canary7-Zk3Q9xVb2"])).toEqual([]);
    expect(findCanaries("password=Canary7-Zk3Q9xVb2", [])).toEqual([]);
  });

  it("is gone through in no time, when it is as large as a log", () => {
    const line =
      '{"level":"INFO","service":"observe-releases","hash":"9f86d081884c7d659a2feaa0c55ad015","blob":"H4sIAAAAAAAAA6tWSs7PLShKLS5OTVGyUkpUqgUA"}\n';
    const canaries = Array.from({ length: 20 }, (_, at) => `Canary${at}-Zk3Q9xVb2`);
    const start = performance.now();

    expect(findCanaries(line.repeat(20_000), canaries)).toEqual([]);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

it("a value that is too short to be told from chance is refused", () => {
  expect(() => findCanaries("anything", ["short"])).toThrow("at least 12 bytes");
});
