import { beforeEach, describe, expect, it } from "vitest";
import { aReleaseObservation } from "../support/builders/index.ts";
import { FakeWorld } from "./fake-command.ts";
import { v0, v1, v2 } from "./support-releases.ts";

const REQUEST = ["rollback", "checkout", "--reason", "a leak"] as const;
const IMAGE = `demo/checkout@sha256:${"ab".repeat(32)}`;

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
  world.ledger.seedReleases(v1, v2, v0());
});
const started = (...more: string[]) => world.run(...REQUEST, "--no-wait", ...more);
const quarantine = (key: string, by = "inc-1") =>
  world.ledger.writeLedger(
    "checkout",
    { badRelease: null, quarantine: [{ key, service: "checkout", by, at: "2026-11-20T03:00:00.000Z" }] },
    by,
  );

describe("rollguard rollback, before it asks", () => {
  it("shows service, cluster, what is live, where it goes and what is known of that", async () => {
    world.answer = "y";

    const { notes, code } = await started();

    expect(code).toBe(0);
    const [where, live, goal] = notes.split("\n");
    expect(where).toBe("checkout on cluster demo (Deployment demo/checkout), mode auto");
    expect(live).toBe(
      "  live     demo/checkout:v2-slow  release ffee00112233, candidate, first live 2026-11-20 03:12 UTC, last seen 0.8 s ago, not quarantined",
    );
    expect(goal).toContain(
      "  goes to  demo/checkout:v1       release a1b2c3d4e5f6, good by observe-releases, first live 2026-11-19 09:30 UTC",
    );
    expect(world.requests).toEqual([{ service: "checkout", reason: "a leak", requestedBy: "ada@desk", at: "2026-11-20T03:12:40.820Z" }]);
  });

  it("says that nothing will be written, that nothing is good, and that nothing is deployed", async () => {
    world.answer = "y";
    world.services = world.services.map((one) => ({ ...one, mode: "observe" as const }));
    world.ledger.seedReleases({ ...v1, verdict: "bad" }, v0({ verdict: "bad" }));
    const observing = await started();
    world.services = [];
    const unknown = await started();

    expect(observing.notes).toContain("mode observe: nothing is written to the cluster");
    expect(observing.notes).toContain("goes to  nowhere");
    expect(unknown.notes).toContain("checkout: no blueprint of this name is deployed");
  });

  it("does not let a table that cannot be read keep an answered rollback from being asked for, but one with a goal", async () => {
    world.ledger.releases = async () => {
      throw new Error("the table is away");
    };

    expect(await started("--yes")).toMatchObject({
      code: 0,
      notes: expect.stringContaining("What is live could not be read: the table is away"),
    });
    expect(await started("--yes", "--to", "0123")).toMatchObject({ code: 1 });
    world.answer = "y";
    expect(await started()).toMatchObject({ code: 1 });
    expect(world.requests).toHaveLength(1);
  });
});

describe("rollguard rollback --to", () => {
  it("takes the release by the beginning of its hash, and a strategy", async () => {
    world.answer = "yes";

    await started("--to", "0123", "--strategy", "immediate");

    expect(world.asked).toEqual(["Roll checkout back to release 0123456789ab? [y/N] "]);
    expect(world.requests[0]).toMatchObject({ to: "0123456789ab", strategy: "immediate" });
    expect(world.requests[0]).not.toHaveProperty("acceptRisk");
  });

  it.each([
    ["bad", () => world.ledger.seedReleases(v0({ verdict: "bad" })), "0123456789ab is bad"],
    ["quarantined", () => quarantine("checkout/59f7c9d8b5"), "is quarantined"],
    ["behind a one-way door", () => world.ledger.seedReleases({ ...v2, irreversible: "schema 12" }), "schema 12"],
    ["ill when last seen", () => world.ledger.seedReleases(v0({ alarmAt: "2026-11-18T09:00:00.000Z" })), "in ALARM when last seen"],
  ])("asks for the service's name when the release is %s", async (_what, make, risk) => {
    make();
    world.answer = "y";
    const plainYes = await started("--to", "0123");
    world.answer = "checkout";
    const typed = await started("--to", "0123");

    expect(plainYes).toMatchObject({ code: 2, notes: expect.stringContaining("Not confirmed: nothing was started.") });
    expect(plainYes.notes).toContain(`against it: `);
    expect(world.asked[0]).toContain("Type checkout to go there all the same: ");
    expect(world.asked[0]).toContain(risk);
    expect(typed.code).toBe(0);
    expect(world.requests).toEqual([expect.objectContaining({ to: "0123456789ab", acceptRisk: true })]);
  });

  it("needs --yes and --accept-risk for such a release where nobody can be asked", async () => {
    world.ledger.seedReleases(v0({ verdict: "bad" }));

    const nobody = await started("--to", "0123");
    const yes = await started("--to", "0123", "--yes");
    const both = await started("--to", "0123", "--yes", "--accept-risk");

    expect([nobody.code, yes.code, both.code]).toEqual([2, 2, 0]);
    expect(nobody.notes).toContain("nobody can be asked here. Add --yes or set ROLLBACK_CONFIRM=yes");
    expect(yes.notes).toContain("Whoever wants it all the same adds --accept-risk.");
    expect(world.requests).toHaveLength(1);
  });

  it.each([
    [["--to", "9999"], 3, "There is no release 9999"],
    [["--to", "ffee"], 2, "Release ffee00112233 is live"],
    [["--to", "0123", "--to-image", IMAGE, "--emergency"], 2, "exclude each other"],
    [["--to", "0123", "--emergency"], 2, "--emergency goes with --to-image"],
    [["--strategy", "careful"], 2, "Allowed choices are immediate, fast, gradual, canary"],
  ])("refuses %j", async (more, code, sentence) => {
    const result = await started("--yes", ...more);

    expect(result).toMatchObject({ code, notes: expect.stringContaining(sentence) });
    expect(world.requests).toEqual([]);
  });

  it("is planned by --dry-run without anything being started, and denied there as the machine would deny it", async () => {
    world.ledger.seed(aReleaseObservation({ templateHash: "7c9f8e5d21", image: "demo/checkout:v2-slow", liveSince: v2.liveSince }));
    const planned = await world.run(...REQUEST, "--to", "0123", "--dry-run");
    world.ledger.seedReleases(v0({ verdict: "bad" }));
    const denied = await world.run(...REQUEST, "--to", "0123", "--dry-run");
    const accepted = await world.run(...REQUEST, "--to", "0123", "--dry-run", "--accept-risk");

    expect(planned.out).toContain("Would go to release 0123456789ab");
    expect(planned.out).toContain("back to demo/checkout:v0");
    expect(denied.out).toContain("Nothing could be rolled back");
    expect(denied.out).toContain("0123456789ab is bad");
    expect(accepted.out).toContain("Would go to release 0123456789ab");
    expect(world.requests).toEqual([]);
  });
});

describe("rollguard rollback --to-image", () => {
  it("puts one image by digest onto what is live, in an emergency", async () => {
    world.answer = "y";

    const { notes } = await started("--to-image", `app=${IMAGE}`, "--emergency");

    expect(notes).toContain("in container app of the live template; nothing is known of it as a release");
    expect(world.requests).toEqual([expect.objectContaining({ toImage: `app=${IMAGE}` })]);
  });

  it("asks for the service's name when the image is quarantined", async () => {
    quarantine(`sha256:${"ab".repeat(32)}`);
    world.answer = "checkout";

    await started("--to-image", IMAGE, "--emergency");

    expect(world.asked[0]).toContain("is quarantined by inc-1. Type checkout to go there all the same: ");
    expect(world.requests).toEqual([expect.objectContaining({ acceptRisk: true })]);
  });

  it.each([
    [["--to-image", IMAGE], "add --emergency"],
    [["--to-image", "demo/checkout:v1", "--emergency"], "a tag may name another image by now, so the digest is needed"],
    [["--to-image", `demo/checkout@sha256:${"1".repeat(64)}`, "--emergency"], "use --to a1b2c3d4e5f6"],
  ])("refuses %j", async (more, sentence) => {
    expect(await started("--yes", ...more)).toMatchObject({ code: 2, notes: expect.stringContaining(sentence) });
    expect(world.requests).toEqual([]);
  });
});

describe("what others have written", () => {
  it("cannot steer the terminal of whoever is asked", async () => {
    world.ledger.seedReleases({ ...v2, irreversible: "schema 12\u001b[2J\nRoll back? y" });
    world.answer = "n";

    const { notes } = await started("--to", "0123");

    expect(`${world.asked.join()}${notes}`).not.toContain("\u001b");
    expect(world.asked[0]?.split("\n")).toHaveLength(1);
  });
});
