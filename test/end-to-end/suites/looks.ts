import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RELEASE_RULE } from "../../../functions/domain/judging/release-rule.ts";
import { LOOK_DELAY_SECONDS } from "../../../functions/domain/looks/look-times.ts";
import { invoke } from "../support/functions.ts";
import { type LookHands, lookHands } from "../support/look-hands.ts";
import type { Stage } from "../support/stage.ts";
import { waitUntil } from "../support/wait-until.ts";

const LOOK_MINUTES = 5;
/** So soon the look is due that a test cannot wait five minutes for. */
const DUE_IN_SECONDS = 45;
/** The signal that failed is asked itself, and it has one point a minute. */
const RECOVERED_WITHIN_SECONDS = 200;

/** Whole seconds, as Kubernetes and the scheduler know them. */
const secondsFromNow = (seconds: number) => new Date(Math.floor(Date.now() / 1000 + seconds) * 1000).toISOString();

export function describeLooks(stage: () => Stage): void {
  describe("looks at new releases", () => {
    let looking: LookHands;
    beforeAll(() => {
      looking = lookHands(stage().target);
    });
    afterAll(() => looking?.stop());

    it.concurrent("a schedule of the observer's begins the look, and a release that fails it is rolled back although no alarm fires", async () => {
      const { target, executions, hands } = stage();
      const ratings = hands("ratings");
      const before = await ratings.facts();
      expect(await looking.schedules("ratings")).toEqual([]);
      const bad = await ratings.release("v2-slow-jobs");
      const liveSince = secondsFromNow(DUE_IN_SECONDS - LOOK_MINUTES * 60 - LOOK_DELAY_SECONDS);
      await looking.publish("ratings", liveSince, 3);

      const { hash } = await looking.wentLiveAt("ratings", bad.replicaSet.templateHash, liveSince);
      await target.observeReleases();
      // Those of the time at which it really went live, and those of the time that the ledger knows since.
      const planned = await waitUntil("the looks of both times are planned", async () => {
        const names = await looking.schedules("ratings");
        return names.length === 2 * RELEASE_RULE.lookMinutes.length && names;
      });
      await lookIsKept(looking, { service: "ratings", release: hash, liveSince });
      await ratings.restored(before.image);
      await looking.recover("ratings");
      const { meta } = await ratings.closedIncident(1, RECOVERED_WITHIN_SECONDS);

      expect(planned.filter((name) => name.endsWith(`-${LOOK_MINUTES}`))).toHaveLength(2);
      expect(meta).toMatchObject({
        outcome: "recovered",
        trigger: {
          kind: "verification",
          source: "judge-release",
          alarmName: null,
          look: { release: hash, minutes: LOOK_MINUTES, signal: "job_seconds" },
        },
        record: { assessment: { decision: "roll-back", change: { kind: "deploy", image: bad.image } } },
      });
      expect(meta.trigger.reason).toMatch(/job_seconds: .+ of 5 points since the release are [23]\.\d+ times higher than expected/);
      expect(await executions.names("ratings")).toEqual([meta.execution]);
      expect(await looking.looks.ofRun({ service: "ratings", release: hash, liveSince })).toMatchObject([
        { minutes: LOOK_MINUTES, verdict: "fail" },
      ]);
      // The one that has fired is gone by itself, and what was put back is known as good: it gets no looks.
      const left = await looking.schedules("ratings");
      expect(left.every((name) => planned.includes(name))).toBe(true);
      expect(left).toHaveLength(planned.length - 1);
    });

    it.concurrent("a look that fails starts exactly one incident although an alarm fires in the same second", async () => {
      const { target, executions, hands } = stage();
      const refunds = hands("refunds");
      const before = await refunds.facts();
      const bad = await refunds.release("v2-slow-jobs");
      // The look was due a while ago: nobody has begun it.
      const liveSince = secondsFromNow(-LOOK_MINUTES * 60 - LOOK_DELAY_SECONDS - 300);
      await looking.publish("refunds", liveSince, 3);
      const { hash } = await looking.wentLiveAt("refunds", bad.replicaSet.templateHash, liveSince);
      const request = { service: "refunds", release: hash, liveSince, minutes: LOOK_MINUTES };

      const [look, again] = await Promise.all([
        invoke(target.outputs.JudgeReleaseFunction ?? "none", request),
        invoke(target.outputs.JudgeReleaseFunction ?? "none", request),
        lookIsKept(looking, request).then(() => refunds.raiseAlarm()),
      ]);
      await refunds.restored(before.image);
      await looking.recover("refunds");
      await refunds.setAlarm("OK");
      const { meta, alarms } = await refunds.closedIncident(1, RECOVERED_WITHIN_SECONDS);

      const outcomes = [look, again].map(({ payload }) => payload.outcome).sort();
      expect(outcomes).toEqual(["already-started", "started"]);
      expect(look.payload.execution).toBe(again.payload.execution);
      // One execution of the look and one of the alarm; one of them opened the incident, and the other joined it.
      const names = await executions.names("refunds");
      expect(names).toHaveLength(2);
      expect(names).toContain(look.payload.execution);
      expect(names).toContain(meta.execution);
      expect(alarms).toHaveLength(1);
      const joined = names.find((name) => name !== meta.execution) ?? "";
      expect(await executions.ended(joined)).toMatchObject({ status: "SUCCEEDED" });
      expect(await executions.states(joined)).not.toContain("AssessIncident");
      expect(meta).toMatchObject({ outcome: "recovered" });
      expect(await refunds.facts()).toMatchObject({ image: before.image, generation: bad.generation + 2 });

      // Once more, when all is over.
      expect(await invoke(target.outputs.JudgeReleaseFunction ?? "none", request)).toMatchObject({
        failed: false,
        payload: { outcome: "already-started", execution: look.payload.execution },
      });
      expect(await executions.names("refunds")).toHaveLength(2);
    });
  });
}

/** The verdict is in the table: what follows in that function is the start of the machine. */
async function lookIsKept({ looks }: LookHands, request: { service: string; release: string; liveSince: string }): Promise<void> {
  await waitUntil(`the look at ${request.service} is kept`, async () => (await looks.ofRun(request)).length > 0, 90);
}
