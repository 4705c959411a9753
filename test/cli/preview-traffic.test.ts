import { expect, it } from "vitest";
import { previewPlan } from "../../cli/commands/preview-plan.ts";
import { aRelease, aReleaseObservation, releaseParts } from "../support/builders/index.ts";

const routes = (canary: number) => [
  {
    route: { router: "gateway-api" as const, name: "checkout", rule: null },
    weights: { "checkout-stable": 100 - canary, "checkout-canary": canary },
    owner: null,
  },
];

it("a dry run of a shift of the traffic alone shows the weights that come back", () => {
  const before = aRelease({ hash: "before", parts: releaseParts({ routes: routes(10) }), lastSeenAt: "2026-11-20T03:00:00.000Z" });
  const live = aRelease({
    hash: "live",
    parts: releaseParts({ routes: routes(100) }),
    verdict: "candidate",
    firstSeenAt: "2026-11-20T03:05:00.000Z",
    liveSince: "2026-11-20T03:05:00.000Z",
    lastSeenAt: "2026-11-20T03:11:00.000Z",
  });
  const request = { service: "checkout", reason: "bad", requestedBy: "ada", at: "2026-11-20T03:12:00.000Z" };

  const preview = previewPlan(request, [aReleaseObservation()], "armed", [live, before]);

  expect(preview?.change).toMatchObject({ kind: "traffic" });
  expect(preview?.plan.steps).toMatchObject([
    { action: { kind: "set-weights", weights: { "checkout-stable": 90, "checkout-canary": 10 } } },
  ]);
});
