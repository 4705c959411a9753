import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../../functions/adapters/aws/sha256-hex.ts";
import { findingExecutionName, serviceOfExecution } from "../../../functions/domain/execution-name.ts";
import { BAD_HASH, GOOD_HASH, MOMENTS } from "../../support/builders/moments.ts";

type Named = Parameters<typeof findingExecutionName>[0];
const live = { templateHash: BAD_HASH, since: MOMENTS.changeAt };
const finding: Named = { service: "checkout", findingId: "arn:aws:guardduty:x:finding/f", live, at: MOMENTS.onsetAt };
const nameOf = (overrides: Partial<Named> = {}) => findingExecutionName({ ...finding, ...overrides }, sha256Hex);

describe("the name of a finding's execution", () => {
  it("is one of ours, and tells its service", () => {
    expect(nameOf()).toMatch(/^rg-checkout-20261120T031205Z-[0-9a-f]{12}$/);
    expect(serviceOfExecution(nameOf())).toBe("checkout");
  });

  it("does not depend on when the finding was seen, as long as one release is live", () => {
    const time = fc.date({ min: new Date("2020-01-01"), max: new Date("2040-01-01"), noInvalidDate: true });
    fc.assert(fc.property(time, (at) => nameOf({ at: at.toISOString() }) === nameOf()));
  });

  it.each([
    ["another finding", nameOf({ findingId: "arn:aws:guardduty:x:finding/g" })],
    ["another service", nameOf({ service: "search" })],
    ["another release", nameOf({ live: { ...live, templateHash: GOOD_HASH } })],
    ["the same release that was away and came back", nameOf({ live: { ...live, since: "2026-11-21T00:00:00.000Z" } })],
    ["a service that nobody has observed", nameOf({ live: null })],
  ])("is another one for %s", (_what, name) => {
    expect(name).not.toBe(nameOf());
  });
});
