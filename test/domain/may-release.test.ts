import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endOfWindow, mayRelease, type ReleaseQuestion } from "../../functions/domain/may-release.ts";
import { aFreeze, BAD_DIGEST, GOOD_DIGEST, secondsAfter } from "../support/builders/index.ts";

// 2026-11-20 is a Friday
const FRIDAY = "2026-11-20T19:00:00.000Z";
const NEW_DIGEST = `sha256:${"3".repeat(64)}`;
const WEEKEND = { name: "weekend", fromMinute: (4 * 24 + 18) * 60, toMinute: 6 * 60 };
const freeze = (overrides: Parameters<typeof aFreeze>[0] = {}) =>
  aFreeze({ since: secondsAfter(FRIDAY, -60), until: secondsAfter(FRIDAY, 3540), ...overrides });
const byAda = freeze({ by: "ada", incidentId: null, reason: "migration" });
const ask = (overrides: Partial<ReleaseQuestion> = {}) =>
  mayRelease({ freezes: [], windows: [], quarantine: [], service: "checkout", group: "shop", now: FRIDAY, ...overrides });
const aFix = { digest: NEW_DIGEST, fixes: "inc-earlier", known: [GOOD_DIGEST, BAD_DIGEST] };

describe("a release", () => {
  it("may go out where nothing stands in the way", () => {
    expect(ask()).toEqual({ allowed: true, rule: null, until: null, reason: "nothing stands in the way" });
  });

  it.each([
    ["the service", freeze()],
    ["its group", freeze({ scope: "group", name: "shop" })],
    ["everything", freeze({ scope: "all", name: null })],
    ["a person's word", byAda],
  ])("is held back by a freeze of %s, until its end", (_name, one) => {
    expect(ask({ freezes: [one] })).toMatchObject({ allowed: false, rule: "freeze", until: one.until });
  });

  it.each([
    ["another service", freeze({ name: "cart" })],
    ["another group", freeze({ scope: "group", name: "warehouse" })],
    ["a group of the service's name", freeze({ scope: "group", name: "checkout" })],
    ["the past", freeze({ until: FRIDAY })],
  ])("is not held back by a freeze of %s", (_name, one) => {
    expect(ask({ freezes: [one] }).allowed).toBe(true);
  });

  it("waits for the last of several, and hears of all of them, the strictest first", () => {
    const security = freeze({ security: true, until: secondsAfter(FRIDAY, 60) });

    const answer = ask({ freezes: [byAda, security], windows: [WEEKEND] });

    expect(answer).toMatchObject({ allowed: false, rule: "security-freeze", until: "2026-11-23T06:00:00.000Z" });
    expect(answer.reason).toContain("frozen by inc-earlier");
    expect(answer.reason).toContain("frozen by ada: migration");
    expect(answer.reason).toContain("window weekend is open until 2026-11-23T06:00:00.000Z");
  });

  it("with a quarantined digest never goes out, as a fix neither", () => {
    const quarantine = [{ key: NEW_DIGEST, service: "cart", by: "inc-7", at: FRIDAY }];

    expect(ask({ ...aFix, quarantine })).toEqual({
      allowed: false,
      rule: "quarantine",
      until: null,
      reason: `${NEW_DIGEST} was proven bad in inc-7 (cart)`,
    });
  });
});

describe("a fix", () => {
  it("passes the freeze that its incident left, and the calendar", () => {
    expect(ask({ ...aFix, freezes: [freeze()], windows: [WEEKEND] })).toMatchObject({ allowed: true, rule: "fix", until: null });
  });

  it.each([
    ["after a security incident", { freezes: [freeze({ security: true })] }, "security-freeze"],
    ["past a person's freeze", { freezes: [byAda] }, "freeze"],
    ["past another incident's freeze", { freezes: [freeze({ incidentId: "inc-other" })] }, "freeze"],
    ["without its digest", { freezes: [freeze()], digest: undefined }, "freeze"],
    ["with a digest that was out before", { freezes: [freeze()], digest: BAD_DIGEST }, "freeze"],
  ])("does not pass %s", (_name, overrides, rule) => {
    expect(ask({ ...aFix, ...overrides })).toMatchObject({ allowed: false, rule });
  });

  it("that is none hears why", () => {
    expect(ask({ ...aFix, freezes: [freeze()], digest: BAD_DIGEST }).reason).toContain("was released before, so it is no fix");
    expect(ask({ ...aFix, freezes: [freeze()], digest: undefined }).reason).toContain("its digest must be named");
  });

  it("never opens what stays closed without it, and never closes what is open", () => {
    const freezes = fc.array(
      fc
        .record({ security: fc.boolean(), manual: fc.boolean(), until: fc.integer({ min: -10, max: 10 }) })
        .map(({ security, manual, until }) =>
          freeze({ security, incidentId: manual ? null : "inc-earlier", until: secondsAfter(FRIDAY, until) }),
        ),
    );
    fc.assert(
      fc.property(freezes, fc.boolean(), (some, window) => {
        const question = { freezes: some, windows: window ? [WEEKEND] : [] };
        const [plain, fix] = [ask(question), ask({ ...question, ...aFix })];

        if (plain.allowed) expect(fix.allowed).toBe(true);
        const strict = some.some((one) => Date.parse(one.until) > Date.parse(FRIDAY) && (one.security || one.incidentId === null));
        expect(fix.allowed).toBe(!strict);
      }),
    );
  });
});

describe("a weekly window", () => {
  it.each([
    ["just before it begins", "2026-11-20T17:59:59.000Z", null],
    ["as it begins", "2026-11-20T18:00:00.000Z", "2026-11-23T06:00:00.000Z"],
    ["over the turn of the week", "2026-11-23T00:00:00.000Z", "2026-11-23T06:00:00.000Z"],
    ["in its last second", "2026-11-23T05:59:59.000Z", "2026-11-23T06:00:00.000Z"],
    ["as it ends", "2026-11-23T06:00:00.000Z", null],
  ])("from Friday to Monday, %s", (_name, at, until) => {
    expect(endOfWindow(WEEKEND, at)).toBe(until);
  });

  it("within the week does not wrap", () => {
    const night = { name: "night", fromMinute: 22 * 60, toMinute: 30 * 60 };

    expect(endOfWindow(night, "2026-11-23T21:59:00.000Z")).toBeNull();
    expect(endOfWindow(night, "2026-11-24T05:59:00.000Z")).toBe("2026-11-24T06:00:00.000Z");
    expect(endOfWindow(night, "2026-11-24T23:00:00.000Z")).toBeNull();
  });

  it("is open for exactly its length each week, and says an end at which it is closed", () => {
    const minute = fc.integer({ min: 0, max: 10_079 });
    fc.assert(
      fc.property(minute, minute, minute, (fromMinute, toMinute, now) => {
        fc.pre(fromMinute !== toMinute);
        const window = { name: "w", fromMinute, toMinute };
        const at = secondsAfter("2026-11-23T00:00:00.000Z", now * 60);
        const isIn = fromMinute < toMinute ? now >= fromMinute && now < toMinute : now >= fromMinute || now < toMinute;
        const until = endOfWindow(window, at);

        expect(until !== null).toBe(isIn);
        if (until !== null) expect(endOfWindow(window, until)).toBeNull();
      }),
    );
  });
});
