import { expect, it } from "vitest";
import { deploymentState } from "../../functions/adapters/kubernetes/deployment-state.ts";
import { refusal, writeRefusal } from "../../functions/adapters/kubernetes/kubernetes-client-refusals.ts";
import { stripped } from "../../functions/adapters/kubernetes/snapshot-strip.ts";
import { aDeployment, POD_MOMENT } from "../adapters/kubernetes/support/kubernetes-objects.ts";
import { canariesIn } from "./find-canaries.ts";

const CANARY = "Ca7Zk3Q9xVb2mP4wLt6R";
/** As a policy engine words it. */
const DENIAL = `admission webhook "policy.test" denied the request: container app has DB_PASSWORD=${CANARY}, use a Secret`;

/** A refusal's whole answer. */
function anAnswer(status: number, message: string) {
  return { status, headers: {}, bytes: Buffer.from(JSON.stringify({ kind: "Status", message, reason: "Invalid" })), whole: true };
}

it.each([400, 403, 409, 422])("a webhook that denies with %i and names a value is quoted without it", (status) => {
  const refused = writeRefusal(anAnswer(status, DENIAL));

  expect(refused?.message).toContain("container app has DB_PASSWORD=[redacted]");
  expect(canariesIn(JSON.stringify(refused), [CANARY])).toEqual([]);
});

it.each([
  `failed calling webhook "policy.test": Post "https://app:${CANARY}@policy.test:443/validate": connection refused`,
  `<html>Authorization: Bearer ${CANARY}</html>`,
])("an error that came instead of an answer is quoted without the credential in it: %s", (message) => {
  expect(canariesIn(String(refusal(anAnswer(503, message), "PATCH /apis")), [CANARY])).toEqual([]);
});

it("a controller that could not make pods is quoted without the value that the webhook named", () => {
  const conditions = [{ type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: DENIAL }];
  const deployment = aDeployment({ status: { conditions } });

  const { status } = deploymentState({ deployment, replicaSets: [], pods: [], autoscalers: [] }, new Date(POD_MOMENT));

  expect(status.replicaFailure).toContain("DB_PASSWORD=[redacted]");
  expect(canariesIn(JSON.stringify(status), [CANARY])).toEqual([]);
});

it("annotations of an archived object keep what they say, but for the credentials", () => {
  const annotations = {
    "team.test/owner": "wallet",
    "agent.test/inject": `connect postgres://app:${CANARY}@db:5432/wallet?password=${CANARY}`,
  };
  const template = { metadata: { annotations }, spec: { containers: [] } };

  const archived = JSON.stringify(stripped({ kind: "Deployment", metadata: { name: "wallet", annotations }, spec: { template } }));

  expect(archived).toContain('"team.test/owner":"wallet"');
  expect(archived).toContain("postgres://app:[redacted]@db:5432/wallet");
  expect(canariesIn(archived, [CANARY])).toEqual([]);
});
