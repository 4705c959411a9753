import { expect, it } from "vitest";
import type { AuthoredTrigger } from "../../functions/domain/blueprint-authored-trigger.ts";
import { anAuthoredBlueprint, anAuthoredTrigger, compiled } from "../blueprints/authored-blueprint.ts";

it.each<{ given: AuthoredTrigger; subject: string; value: string; from: string }>([
  {
    given: anAuthoredTrigger(),
    subject: "trigger slow",
    value: "latency_p95 > 200 ms in 2 of 3 x 60 s",
    from: "blueprint",
  },
  {
    given: anAuthoredTrigger({ when: "> 1.5x baseline", mode: "observe", expires: "2027-01-31" }),
    subject: "trigger slow",
    value: "latency_p95 > 1.5 x baseline in 2 of 3 x 60 s, only for 1h after a change, observe until 2027-01-31",
    from: "blueprint",
  },
  {
    given: { preset: "error-rate-slo" },
    subject: "trigger error-rate-slo",
    value: "error_rate >= 1% in 2 of 3 x 60 s, observe",
    from: "preset error-rate-slo",
  },
  {
    given: { preset: "security-finding", sources: ["inspector"], mode: "auto" },
    subject: "findings",
    value: "inspector from severity high on, auto",
    from: "preset security-finding",
  },
])("what starts a rollback is told with how far and when it may act: $value", ({ given, ...binding }) => {
  const { bindings, problems } = compiled(anAuthoredBlueprint({ triggers: [given] }));

  expect(problems).toEqual([]);
  expect(bindings).toContainEqual(binding);
});
