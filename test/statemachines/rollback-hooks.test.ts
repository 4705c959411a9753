import { describe, expect, it } from "vitest";
import { DEFAULT_ROLLBACK_POLICY, type Hook } from "../../functions/domain/rollback-policy.ts";
import { aBlueprint } from "../support/builders/index.ts";
import { runRollback } from "../support/machine/run-rollback.ts";
import { aScene } from "../support/machine/scene.ts";

const hook = (name: string): Hook => ({
  name,
  run: { kind: "function", functionArn: `arn:aws:lambda:eu-west-1:111122223333:function:${name}` },
  timeoutSeconds: 20,
});

/** The usual night with a hook of each kind. `deaf` is the one that says no. */
async function night(deaf: string | null) {
  const hooks = { pre: [hook("drain-queue")], confirm: [hook("buy-something")], post: [hook("close-ticket")] };
  const scene = aScene({ blueprint: aBlueprint({ policy: { ...DEFAULT_ROLLBACK_POLICY, hooks } }) });
  const calls: string[] = [];
  const invoke: typeof scene.hooks.invoke = async (call) => {
    calls.push(`${call.payload.phase} ${call.payload.hook}`);
    scene.hooks.refusal = call.payload.hook === deaf ? `hook ${deaf} failed: NotNow` : null;
    return scene.hooks.invoke(call);
  };
  const result = await runRollback({ ...scene.ports, hooks: { invoke } }, scene.input, { onWait: scene.onWait });
  const incident = await scene.store.read(scene.input.incidentId);
  return {
    ...{ result, calls, summary: incident?.meta.summary ?? "", outcome: incident?.meta.outcome },
    written: scene.workload.writes.map(({ kind }) => kind),
    savedStrategy: scene.workload.state?.stamps.savedStrategy,
  };
}

describe("functions of a team's own around a rollback", () => {
  it("are called in their order, each once", async () => {
    const { calls, outcome } = await night(null);

    expect(outcome).toBe("recovered");
    expect(calls).toEqual(["pre drain-queue", "confirm buy-something", "post close-ticket"]);
  });

  it("that say no before the first write end the plan with nothing written", async () => {
    const { calls, outcome, written, summary } = await night("drain-queue");

    expect({ calls, outcome, written }).toEqual({ calls: ["pre drain-queue"], outcome: "escalated", written: [] });
    expect(summary).toContain("hook drain-queue failed: NotNow");
  });

  it("that say no to a measured recovery deny it, and the strategy comes back", async () => {
    const { outcome, written, savedStrategy, calls } = await night("buy-something");

    expect(outcome).toBe("not-recovered");
    expect(written).toEqual(["restore-template", "restore-strategy"]);
    expect(savedStrategy).toBeNull();
    expect(calls).not.toContain("post close-ticket");
  });

  it("that fail after the end are a note", async () => {
    const { outcome, summary } = await night("close-ticket");

    expect(outcome).toBe("recovered");
    expect(summary).toContain("hook close-ticket failed: NotNow");
  });
});
