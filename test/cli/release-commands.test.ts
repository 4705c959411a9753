import { beforeEach, describe, expect, it } from "vitest";
import { aConfig, aRelease, BAD_DIGEST, BAD_HASH, BAD_IMAGE, MOMENTS, releaseParts } from "../support/builders/index.ts";
import { aLook } from "../support/builders/look.ts";
import { FakeWorld } from "./fake-command.ts";

const good = aRelease();
const bad = aRelease({
  hash: "ffee00112233",
  verdict: "bad",
  verdictBy: "inc-checkout-1",
  liveSince: MOMENTS.changeAt,
  lastSeenAt: MOMENTS.openedAt,
  irreversible: "migration 42",
  source: { commit: "0123456789abcdef0123", branch: null, actor: null },
  parts: releaseParts({
    templateHash: BAD_HASH,
    images: [{ container: "app", image: BAD_IMAGE, digest: BAD_DIGEST }],
    scale: { replicas: 2, owner: null },
    configs: [aConfig({ dataHash: "d2d2d2d2" })],
    facets: { "container app": "0a0a", "limits of container app": "2c2c" },
  }),
});

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
  world.ledger.seedReleases(good, bad);
});

describe("rollguard releases", () => {
  it("lists releases most recently live first, and says which is live, good, quarantined and of no return", async () => {
    world.ledger.seedReleases(aRelease({ hash: "0ddba11ad1ce", lastSeenAt: MOMENTS.goodReleaseAt, irreversible: "migration 42" }));
    world.ledger.writeLedger(
      "checkout",
      { badRelease: null, quarantine: [{ key: BAD_DIGEST, service: "checkout", by: "inc-1", at: MOMENTS.closedAt }] },
      "inc-1",
    );

    const { code, out } = await world.run("releases", "checkout");

    const [head, ...rows] = out.trimEnd().split("\n");
    expect(code).toBe(0);
    expect(head).toMatch(/^RELEASE +VERDICT +LIVE SINCE +IMAGE +REPLICAS +CONFIG +COMMIT/);
    expect(rows.map((row) => row.split(" ")[0])).toEqual(["ffee00112233", "a1b2c3d4e5f6", "0ddba11ad1ce"]);
    expect(rows[0]).toMatch(
      /bad by inc-checkout-1 .*demo\/checkout:v2-slow +2 +app-settings@d2d2d2 +0123456789ab +live, quarantined, one-way: migration 42$/,
    );
    // going back behind migration 42 is not safe, so the older release that has it too is where a rollback leads
    expect(rows[2]).toMatch(/good by observe-releases .*last good, one-way: migration 42$/);
  });

  it("tells below the list how the looks at each release went since it is live, one line a look", async () => {
    const look = aLook({ liveSince: bad.liveSince });
    await world.looks.keep(look);
    await world.looks.keep({ ...look, minutes: 5, verdict: "inconclusive", reason: "nothing fails so far", gravest: null });
    await world.looks.keep({ ...look, liveSince: MOMENTS.goodReleaseAt });

    const { out } = await world.run("releases", "checkout");
    const [first] = JSON.parse((await world.run("releases", "checkout", "--json")).out);

    expect(out.split("\n\nLOOKS\n")[1]?.trimEnd().split("\n")).toEqual([
      "  ffee00112233  5 min  inconclusive: nothing fails so far",
      `  ffee00112233 10 min  fail: ${look.reason}`,
    ]);
    expect(first.looks).toMatchObject([{ minutes: 5 }, { minutes: 10, signals: [{ factor: 2.4 }] }]);
  });

  it("says in words what a release changed", async () => {
    const { code, out } = await world.run("releases", "checkout", "--diff", "a1b2", "FFEE");

    expect(code).toBe(0);
    expect(out).toBe(
      [
        "a1b2c3d4e5f6 -> ffee00112233",
        "  image of container app demo/checkout:v1 -> demo/checkout:v2-slow",
        "  limits of container app",
        "  replicas 3 -> 2",
        "  ConfigMap app-settings",
        "",
      ].join("\n"),
    );
  });

  it("prints JSON: the list with its marks, or the difference", async () => {
    const list = JSON.parse((await world.run("releases", "checkout", "--json")).out);
    const diff = JSON.parse((await world.run("releases", "checkout", "--json", "--diff", "a1", "a1b2c3")).out);

    expect(list).toMatchObject([
      { hash: bad.hash, live: true, lastGood: false, quarantined: [] },
      { hash: good.hash, live: false, lastGood: false },
    ]);
    expect(diff).toEqual({ from: good.hash, to: good.hash, parts: [] });
  });

  it.each([
    [["releases", "search"], 3, "no release of a service search"],
    [["releases", "checkout", "--diff", "a1b2"], 2, "--diff takes two releases"],
    [["releases", "checkout", "--diff", "a1b2", "ffee", "0"], 2, "--diff takes two releases"],
    [["releases", "checkout", "--diff", "a1b2", "beef"], 3, "no release beef"],
    [["releases"], 2, "missing required argument 'service'"],
  ])("refuses %j", async (argv, exit, sentence) => {
    const { code, out, notes } = await world.run(...argv);

    expect([code, out]).toEqual([exit, ""]);
    expect(notes).toContain(sentence);
  });

  it("asks for more of a hash that is the beginning of two", async () => {
    world.ledger.seedReleases(aRelease({ hash: "a1ffffffffff" }));

    const { code, notes } = await world.run("releases", "checkout", "--diff", "a1", "ffee");

    expect(code).toBe(2);
    expect(notes).toContain("a1 is the beginning of a1");
  });
});

describe("rollguard mark", () => {
  it("keeps a person's word with who, when and why, and ends the quarantine", async () => {
    world.ledger.writeLedger(
      "checkout",
      { badRelease: null, quarantine: [{ key: BAD_DIGEST, service: "checkout", by: "inc-1", at: MOMENTS.closedAt }] },
      "inc-1",
    );

    const { code, out } = await world.run("mark", "checkout", "ffee", "good", "--reason", "the database was at fault");

    expect([code, out]).toEqual([0, "ffee00112233 of checkout is good now\n"]);
    expect((await world.ledger.releases("checkout"))[0]).toMatchObject({
      hash: "ffee00112233",
      verdict: "good",
      verdictBy: `ada@desk at ${MOMENTS.openedAt}: the database was at fault`,
    });
    expect(await world.ledger.quarantine()).toEqual([]);
  });

  it.each([
    [["mark", "checkout", "a1b2", "bad"], 2, "required option '-r, --reason <text>'"],
    [["mark", "checkout", "a1b2", "ugly", "--reason", "x"], 2, "good or bad, not 'ugly'"],
    [["mark", "checkout", "beef", "bad", "--reason", "x"], 3, "no release beef"],
    [["mark", "search", "a1b2", "bad", "--reason", "x"], 3, "no release of a service search"],
    [["mark", "checkout", "a1b2", "bad", "--reason", " "], 2, "Expected a reason"],
  ])("refuses %j and changes nothing", async (argv, exit, sentence) => {
    const { code, notes } = await world.run(...argv);

    expect(code).toBe(exit);
    expect(notes).toContain(sentence);
    expect((await world.ledger.releases("checkout")).map(({ verdict }) => verdict)).toEqual(["bad", "good"]);
  });
});

describe("rollguard snapshot", () => {
  it("asks the deployed function, and says which release is live", async () => {
    const { code, out } = await world.run("snapshot", "checkout");

    expect([code, out]).toEqual([0, "a1b2c3d4e5f6 is a new release\n"]);
    expect([world.functions, world.snapshots]).toEqual([["observe-function"], ["checkout"]]);
  });

  it("prints one JSON object, and notes beside it", async () => {
    world.snapshot = { service: "checkout", hash: null, isNew: false, notes: ["hpa is not known: add list"] };

    const { code, out, notes } = await world.run("snapshot", "checkout", "--json");

    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(world.snapshot);
    expect(notes).toContain("hpa is not known: add list");
  });

  it("ends with 3 when the workload does not exist", async () => {
    world.snapshot = null;

    expect(await world.run("snapshot", "checkout")).toMatchObject({ code: 3, notes: expect.stringContaining("does not exist") });
  });
});
