import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");

/** First matching rule wins; a file may also import its own folder. What is imported is a path from the root, or a package. */
const RULES: readonly (readonly [RegExp, readonly RegExp[]])[] = [
  [/^functions\/domain\//, [/^functions\/domain\//, /^zod\/mini$/]],
  [/^functions\/ports\//, [/^functions\/domain\//]],
  [
    // A cluster is found and spoken to with signed AWS requests.
    /^functions\/adapters\/kubernetes\//,
    [/^functions\/(domain|ports)\//, /^functions\/adapters\/(aws|http)\//, /^@smithy\//, /^kubernetes-types/, /^zod\/mini$/, /^node:/],
  ],
  // Objects around the workload, and the table of them: clients of the same cluster.
  [
    /^functions\/adapters\/((traffic|gitops|workload-actions|config|checks|probes)\/|cluster-actions\.ts$)/,
    [
      /^functions\/(domain|ports)\//,
      /^functions\/adapters\/(kubernetes|config|traffic|gitops|workload-actions|checks)\//,
      /^kubernetes-types/,
      /^zod\/mini$/,
      /^node:/,
    ],
  ],
  [
    /^functions\/adapters\//,
    [
      /^functions\/(domain|ports)\//,
      /^functions\/adapters\/http\//,
      /^@aws-sdk\//,
      /^@smithy\//,
      /^@aws-crypto\//,
      /^kubernetes-types/,
      /^zod\/mini$/,
      /^node:/,
    ],
  ],
  [/^functions\/runtime\//, [/^functions\/(domain|ports)\//, /^@aws-lambda-powertools\//, /^zod\/mini$/]],
  [/^functions\/(steps|entry)\/[^/]+\/environment\.ts$/, [/^zod\/mini$/]],
  [/^functions\/(steps|entry)\/[^/]+\/handler\.ts$/, [/^functions\/(adapters|domain|ports|runtime)\//]],
  [/^functions\/steps\//, [/^functions\/(domain|ports|runtime)\//, /^functions\/steps\/[^/]+\/step\.ts$/, /^zod\/mini$/]],
  [/^functions\/entry\//, [/^functions\/(domain|ports|runtime)\//, /^zod\/mini$/]],
  [/^blueprints\//, [/^functions\/domain\//, /^blueprints\//, /^yaml$/, /^zod/, /^node:/]],
  [
    /^infra\//,
    [
      /^infra\//,
      /^functions\/(steps|entry)\/[^/]+\/environment\.ts$/,
      /^functions\/domain\//,
      /^blueprints\//,
      /^aws-cdk-lib/,
      /^constructs$/,
      /^cdk-nag$/,
      /^zod/,
      /^esbuild$/,
      /^node:/,
    ],
  ],
];

const files = ["functions", "blueprints", "infra", "cli", "local"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => posix.join(folder, file)),
);

function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  const specifiers = [...text.matchAll(/^\s*(?:import|export)\b[^;]*?from\s+"([^"]+)"/gms), ...text.matchAll(/\bimport\("([^"]+)"\)/g)];
  return specifiers.map((match) => {
    const specifier = match[1] ?? "";
    return specifier.startsWith(".") ? posix.normalize(posix.join(dirname(file), specifier)) : specifier;
  });
}

describe("the import rules", () => {
  const ruled = files.flatMap((file) => {
    const rule = RULES.find(([pattern]) => pattern.test(file));
    return rule ? importsOf(file).map((imported) => ({ file, imported, allowed: rule[1] })) : [];
  });

  it("look at every folder that they speak of", () => {
    for (const [pattern] of RULES) expect(files.some((file) => pattern.test(file))).toBe(true);
    expect(ruled.length).toBeGreaterThan(300);
  });

  it("hold for every import", () => {
    const broken = ruled.filter(
      ({ file, imported, allowed }) => !allowed.some((pattern) => pattern.test(imported)) && dirname(imported) !== dirname(file),
    );

    expect(broken.map(({ file, imported }) => `${file} imports ${imported}`)).toEqual([]);
  });

  it("keep functions from seeing infra, cli and local", () => {
    const seen = files
      .filter((file) => file.startsWith("functions/"))
      .flatMap((file) => importsOf(file).filter((imported) => /^(infra|cli|local|test)\//.test(imported)));

    expect(seen).toEqual([]);
  });
});

describe("the pure core", () => {
  it("has no clock, environment or randomness of its own", () => {
    const domain = files.filter((file) => file.startsWith("functions/domain/"));
    const impure = domain.filter((file) => /Date\.now\(|new Date\(\)|Math\.random|process\.|globalThis|crypto/.test(withoutComments(file)));

    expect(domain.length).toBeGreaterThan(20);
    expect(impure).toEqual([]);
  });
});

describe("the judge of releases", () => {
  const JUDGE = "functions/domain/judging/judge-release.ts";

  /** Every file of ours that a file needs, itself included. */
  function neededBy(file: string, seen = new Set<string>()): ReadonlySet<string> {
    if (seen.has(file) || !existsSync(join(ROOT, file))) return seen;
    seen.add(file);
    for (const imported of importsOf(file)) neededBy(imported, seen);
    return seen;
  }

  it.each(["functions/entry/judge-release/handler.ts", "bench/detection/bench-detection.ts"])(
    "in %s is the one that was measured",
    (file) => {
      expect(existsSync(join(ROOT, file))).toBe(true);
      expect([...neededBy(file)]).toContain(JUDGE);
    },
  );

  it("is there once: nobody else says what a look's value fails on", () => {
    const judges = files.filter((file) => /\bfunction judgeRelease\b/.test(readFileSync(join(ROOT, file), "utf8")));

    expect(judges).toEqual([JUDGE]);
  });
});

describe("every file", () => {
  it("stays within 300 lines", () => {
    const long = files.filter((file) => readFileSync(join(ROOT, file), "utf8").split("\n").length > 300);

    expect(long).toEqual([]);
  });

  it("of a handler only wires: at most 25 lines of code", () => {
    const handlers = files.filter((file) => file.endsWith("/handler.ts"));
    const long = handlers.filter(
      (file) =>
        readFileSync(join(ROOT, file), "utf8")
          .split("\n")
          .filter((line) => line !== "" && !line.startsWith("import")).length > 25,
    );

    expect(handlers).toHaveLength(18);
    expect(long).toEqual([]);
  });
});

function withoutComments(file: string): string {
  return readFileSync(join(ROOT, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}
