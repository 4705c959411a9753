import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";

const ESCAPE = "\u001b";

/** Runs the real program with an endpoint at which nothing answers, so that nothing outside this machine is reached. */
function rollguard(argv: readonly string[], environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["cli/rollguard.ts", ...argv], {
    encoding: "utf8",
    timeout: 30_000,
    env: {
      PATH: process.env.PATH,
      HOME: "/nonexistent",
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL: "http://127.0.0.1:9",
      AWS_MAX_ATTEMPTS: "1",
      ...environment,
    },
  });
  return { status, stdout, stderr };
}

describe("the program itself", () => {
  it("documents every exit code in --help", () => {
    const { status, stdout } = rollguard(["--help"]);

    expect(status).toBe(0);
    for (const code of [0, 1, 2, 3, 4]) expect(stdout).toMatch(new RegExp(`^  ${code}  \\w`, "m"));
  });

  it.each(["validate", "incidents", "show", "rollback", "switch"])("%s --help has examples", (command) => {
    const { status, stdout } = rollguard([command, "--help"]);

    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`Examples:\\n  \\$ rollguard ${command}`));
  });

  it.each([
    [["frobnicate"], 2, "unknown command 'frobnicate'"],
    [["rollback", "checkout"], 2, "required option '-r, --reason <text>'"],
    [["rollback", "checkout", "--reason", "x"], 2, "Add --yes or set ROLLBACK_CONFIRM=yes"],
    [["incidents"], 1, "check that something answers there"],
  ])("%j ends with %d and one clear sentence", (argv, status, sentence) => {
    const result = rollguard(argv);

    expect(result.status).toBe(status);
    expect(result.stdout).toBe("");
    expect(result.stderr).toContain(sentence);
    expect(result.stderr).not.toMatch(/\n\s+at /);
  });

  it("colours only where it is asked to, and NO_COLOR wins", () => {
    const validate = ["validate", "blueprints/examples/search.yaml"];

    expect(rollguard(validate).stdout).not.toContain(ESCAPE);
    expect(rollguard(validate, { FORCE_COLOR: "1" }).stdout).toContain(ESCAPE);
    expect(rollguard(validate, { FORCE_COLOR: "1", NO_COLOR: "1" }).stdout).not.toContain(ESCAPE);
  });
});
