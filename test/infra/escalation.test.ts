import { describe, expect, it } from "vitest";
import { SWEEP_SECONDS } from "../../functions/domain/escalation-notices.ts";
import { permissionsOf } from "./read-template.ts";
import { synthesise } from "./synthesise.ts";

const { pipeline, findings } = synthesise({ "rollguard:blueprints": "test/infra/blueprints/escalation" });

describe("a blueprint whose people have topics of their own", () => {
  it("is synthesised without findings", () => {
    expect(findings).toEqual([]);
  });

  it("lets the outbox publish to each of them once, and no other function but to the service's own", () => {
    const topics = ["payroll", "on-call", "management", "security"].map((name) => `sns:Publish arn:aws:sns:eu-west-1:111122223333:${name}`);
    const publishersOf = (topic: string) =>
      Object.entries(permissionsOf(pipeline)).flatMap(([role, may]) => (may.includes(topic) ? [role] : []));

    expect(topics.map((topic) => publishersOf(topic).sort())).toEqual([
      ["LockReleaseReleaseLock", "OutboxDeliverNotifications"],
      ["OutboxDeliverNotifications"],
      ["OutboxDeliverNotifications"],
      ["OutboxDeliverNotifications"],
    ]);
  });

  it("sweeps what is due as often as the due times assume", () => {
    const minutes = SWEEP_SECONDS / 60;

    pipeline.hasResourceProperties("AWS::Events::Rule", {
      ScheduleExpression: minutes === 1 ? "rate(1 minute)" : `rate(${minutes} minutes)`,
      Targets: [{ Arn: { "Fn::GetAtt": [expectSweepDue(), "Arn"] } }],
    });
  });
});

function expectSweepDue(): string {
  const functions = pipeline.findResources("AWS::Lambda::Function");
  const name = Object.keys(functions).find((id) => id.includes("SweepDue"));
  if (name === undefined) throw new Error("there is no function sweep-due");
  return name;
}
