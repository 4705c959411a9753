import { describe, expect, it } from "vitest";
import { runToEnd, start, stopProcessGroup } from "../../../local/emulator/child-process.ts";

describe("runToEnd", () => {
  it("gives the output and passes the environment", async () => {
    const lines: string[] = [];

    const output = await runToEnd("/bin/sh", ["-c", "echo $WORD; echo two >&2"], {
      environment: { WORD: "one" },
      timeoutSeconds: 10,
      onLine: (line) => lines.push(line),
    });

    expect(output.split("\n").sort()).toEqual(["one", "two"]);
    expect(lines.sort()).toEqual(["one", "two"]);
  });

  it("shows the last lines of a program that fails", async () => {
    await expect(runToEnd("/bin/sh", ["-c", "echo broken; exit 3"], { timeoutSeconds: 10 })).rejects.toThrow(/ended with 3:\nbroken/);
  });

  it("ends a program that takes too long, with what it started", async () => {
    await expect(runToEnd("/bin/sh", ["-c", "sleep 60 & sleep 60"], { timeoutSeconds: 0.2 })).rejects.toThrow(/took longer than 0.2 s/);
  });

  it("ends a program when the run is aborted", async () => {
    const controller = new AbortController();
    const running = runToEnd("/bin/sh", ["-c", "sleep 60"], { timeoutSeconds: 60, signal: controller.signal });

    controller.abort();

    await expect(running).rejects.toThrow(/was interrupted/);
  });

  it("fails when there is no such program", async () => {
    await expect(runToEnd("/no/such/program", [], { timeoutSeconds: 5 })).rejects.toThrow(/ENOENT/);
  });
});

describe("stopProcessGroup", () => {
  it("kills a program that ignores SIGTERM", async () => {
    const child = start("/bin/sh", ["-c", "trap '' TERM; echo up; while true; do sleep 0.1; done"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await new Promise((resolve) => child.stdout?.once("data", resolve));

    await stopProcessGroup(child, 0.3);

    expect(child.signalCode).toBe("SIGKILL");
  });
});
