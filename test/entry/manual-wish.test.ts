import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import { InvalidInputError } from "../../functions/domain/errors.ts";
import { RollbackInputSchema } from "../../functions/domain/rollback-document.ts";
import { startRollback } from "../../functions/entry/start-rollback/start-rollback.ts";
import { aBlueprint } from "../support/builders/blueprint.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { FakeStarter } from "../support/fakes/fake-starter.ts";
import { fixedClock } from "../support/fakes/fixed-clock.ts";
import { InMemoryReleaseLedger } from "../support/fakes/in-memory-release-ledger.ts";
import { InMemoryWouldHaves } from "../support/fakes/in-memory-would-haves.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";

const manual = { service: "checkout", reason: "customers complain", requestedBy: "alex", at: "2026-11-20T03:12:00Z" };
const IMAGE = `demo/checkout@sha256:${"ab".repeat(32)}`;

function setUp() {
  const starter = new FakeStarter();
  const blueprints = registryOf(aBlueprint(), aBlueprint({ service: "basket", mode: "approve" }));
  const start = startRollback({
    starter,
    blueprints,
    ledger: new InMemoryReleaseLedger(),
    wouldHaves: new InMemoryWouldHaves(),
    clock: fixedClock("2026-11-20T03:12:41Z"),
    sha256: sha256Hex,
    sources: ["aws.cloudwatch"],
    home: "us-east-1:123456789012",
  });
  return { starter, start: (event: unknown) => start(event, { logger: silentLogger }) };
}

describe("what a manual request asks for beyond taking the change back", () => {
  it("travels in the trigger, in one order whatever the caller's", async () => {
    const { starter, start } = setUp();

    await start({ manual: { acceptRisk: true, strategy: "fast", ...manual, to: "a1b2c3d4e5f6" } });
    const again = await start({ manual: { ...manual, to: "a1b2c3d4e5f6", strategy: "fast", acceptRisk: true } });

    expect(again).toMatchObject({ outcome: "already-started" });
    expect(JSON.stringify(starter.started[0]?.trigger.request)).toBe('{"to":"a1b2c3d4e5f6","strategy":"fast","acceptRisk":true}');
    expect(RollbackInputSchema.parse(starter.started[0])).toEqual(starter.started[0]);
  });

  it("makes another run of the same words", async () => {
    const { starter, start } = setUp();

    await start({ manual });
    await start({ manual: { ...manual, to: "a1b2c3d4e5f6" } });
    await start({ manual: { ...manual, toImage: IMAGE } });

    expect(new Set(starter.started.map(({ execution }) => execution.name)).size).toBe(3);
  });

  it.each([
    ["a tag", { toImage: "demo/checkout:v1" }, "a tag may name another image by now"],
    ["two goals", { to: "a1b2c3d4e5f6", toImage: IMAGE }, "to and toImage exclude each other"],
    ["no hash", { to: "the one before" }, "the one before is no hash of a release"],
    ["an undo that leads nowhere", { undoes: "inc-checkout-1" }, "name the release to go forward to"],
    ["a strategy that there is not", { strategy: "careful" }, "strategy"],
    ["a goal for a resume", { action: "resume", to: "a1b2c3d4e5f6" }, "leads to no release"],
  ])("is refused with the reason when it is %s", async (_what, wish, sentence) => {
    const { starter, start } = setUp();

    const asked = start({ manual: { ...manual, ...wish } });

    await expect(asked).rejects.toThrow(InvalidInputError);
    await expect(asked).rejects.toThrow(sentence);
    expect(starter.calls).toBe(0);
  });
});

describe("the question which services there are", () => {
  it("is answered with their names, modes and workloads, and starts nothing", async () => {
    const { starter, start } = setUp();

    expect(await start({ describe: {} })).toMatchObject({
      services: [
        { service: "basket", mode: "approve" },
        { service: "checkout", mode: "auto", enabled: true, kind: "Deployment", workload: "checkout" },
      ],
    });
    expect(await start({ describe: { service: "chekout" } })).toEqual({ services: [] });
    expect(starter.calls).toBe(0);
  });

  it("is refused with a word that nobody knows", async () => {
    await expect(setUp().start({ describe: { all: true } })).rejects.toThrow(InvalidInputError);
  });
});
