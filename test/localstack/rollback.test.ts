import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Incident } from "../../functions/domain/incident.ts";
import { type LocalTarget, startLocalTarget } from "../../local/local-target.ts";
import { SCENARIOS } from "../../local/scenarios/index.ts";
import { openPageInbox, type PageInbox } from "../../local/scenarios/page-inbox.ts";
import { collapsed, STRATEGY_RUNS, statesOf } from "../support/strategy-runs.ts";
import { attemptsOf, gapSeconds, statesEntered } from "./support/execution-history.ts";
import { localStackEndpoint } from "./support/local-stack-endpoint.ts";
import { type Pipeline, pipeline } from "./support/pipeline.ts";
import { type ServiceAlarms, serviceAlarms } from "./support/service-alarms.ts";
import { removeStacks, stackStatuses } from "./support/stacks.ts";
import { waitFor } from "./support/wait-for.ts";

const SERVICE = "payments";
const ROLLBACK_SECONDS = 90;
/** The canary's judge alone takes 60. */
const STRATEGY_SECONDS = 210;

/** One deployment for all of it: the tests follow one another on the same service, each with a release of its own. */
let target: LocalTarget;
let deployed: Pipeline;
let alarms: ServiceAlarms;
let inbox: PageInbox;

beforeAll(async () => {
  const endpoint = await localStackEndpoint();
  await removeStacks(endpoint);
  target = await startLocalTarget({ services: STRATEGY_RUNS.map(({ service }) => service), alarmClock: false, observeEverySeconds: null });
  deployed = pipeline(target.outputs);
  await assertFunctionsReachCluster();
  inbox = await openPageInbox(target.outputs.TopicArn);
  alarms = await alarmsOf(SERVICE);
  await alarms.until("OK");
});

afterEach(() => target.cluster.faults.clear());

afterAll(async () => {
  await inbox?.stop();
  await target?.stop();
});

/** Else every run would end as an error, minutes later. */
async function assertFunctionsReachCluster(): Promise<void> {
  const { eksUrl } = target.cluster;
  await deployed.invoke(target.outputs.ObserveReleasesFunction, {}).catch((cause: unknown) => {
    throw new Error(
      `the functions do not reach the cluster: start LocalStack with AWS_ENDPOINT_URL_EKS=${eksUrl} for its functions (${cause})`,
      { cause },
    );
  });
}

async function alarmsOf(service: string): Promise<ServiceAlarms> {
  const blueprint = target.blueprints.find((one) => one.service === service);
  if (blueprint === undefined) throw new Error(`there is no example blueprint of ${service}`);
  return serviceAlarms(blueprint, target.metrics);
}

/** Deploys a release and waits until all of its pods serve. */
async function release(image: string): Promise<void> {
  await target.demo.deploy(SERVICE, image);
  await waitFor(`${image} is rolled out`, 30, async () => {
    const { replicas, readyReplicas, updatedReplicas } = await target.demo.facts(SERVICE);
    return readyReplicas === replicas && updatedReplicas === replicas;
  });
}

async function incidentOf(incidentId: string): Promise<Incident> {
  const incident = await target.store.read(incidentId);
  if (incident === null) throw new Error(`there is no incident ${incidentId}`);
  return incident;
}

function untilDelivered(incidentId: string, urgency: "page" | "notice", type: string): Promise<true> {
  return waitFor(`a ${urgency} ${type} about ${incidentId}`, 30, async () =>
    inbox.about(incidentId).some((message) => message.urgency === urgency && message.type === type),
  );
}

describe("cdk bootstrap and cdk deploy", () => {
  it("leave whole stacks, and a machine whose every Task names a function that is ready", async () => {
    const { States } = await deployed.definition();
    const functions = Object.values(States).flatMap(({ Resource }) => (Resource?.includes(":function:") ? [Resource] : []));

    expect(await stackStatuses(target.emulator.endpoint)).toMatchObject({
      CDKToolkit: "CREATE_COMPLETE",
      RollguardState: "CREATE_COMPLETE",
      RollguardPipeline: "CREATE_COMPLETE",
    });
    expect(await Promise.all(functions.map((name) => deployed.functionState(name)))).toEqual(Array(7).fill("Active"));
    expect(JSON.stringify(States)).not.toContain("${");
  });
});

describe("error-rate", () => {
  it("starts with SetAlarmState, takes the bad release back, proves it and tells people", async () => {
    const before = await target.demo.facts(SERVICE);
    const startedAt = new Date().toISOString();
    await release("demo/payments:v2-errors");

    await alarms.until("ALARM");
    const { id, execution } = await waitFor("an incident is opened", 30, async () => {
      const [newest] = await target.store.list({ service: SERVICE, limit: 1 });
      return newest !== undefined && newest.openedAt >= startedAt && newest;
    });
    await waitFor("v1 is restored", 60, async () => (await target.demo.facts(SERVICE)).image === before.image);
    await alarms.until("OK");
    const { status } = await deployed.ended(execution, ROLLBACK_SECONDS);
    const { meta, events, series } = await incidentOf(id);

    expect(meta.summary).toContain("recovered");
    expect(status).toBe("SUCCEEDED");
    expect(meta).toMatchObject({
      status: "closed",
      outcome: "recovered",
      trigger: { source: "aws.cloudwatch", alarmName: alarms.names[0] },
    });
    expect(meta.record?.assessment?.change).toMatchObject({ kind: "deploy", image: "demo/payments:v2-errors" });
    expect(meta.record?.verification).toMatchObject({ verdict: "pass", recovery: "recovered" });
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(["rollback_executed", "step_verified", "rollback_verified"]));
    expect(Math.max(...(series[0]?.points ?? []).map(({ value }) => value))).toBeGreaterThan(1);
    const fast = STRATEGY_RUNS.find(({ service }) => service === SERVICE);
    expect(collapsed(statesEntered(await deployed.history(execution)))).toEqual(fast && statesOf(fast));
    expect(await target.demo.facts(SERVICE)).toMatchObject({ ...before, generation: expect.any(Number) });
    expect(await target.store.holder(SERVICE)).toBeNull();
    await untilDelivered(id, "notice", "rollback_executed");
    await untilDelivered(id, "notice", "rollback_verified");
  });
});

describe("every strategy", () => {
  // `fast` is the run above.
  const others = STRATEGY_RUNS.filter(({ service }) => service !== SERVICE);

  it.concurrent.each(others)("$strategy: enters the same states in the same order as on the other engines", async (run) => {
    const { service, strategy } = run;
    const scenario = SCENARIOS.find(({ name }) => name === run.scenario);
    const own = await alarmsOf(service);
    await own.until("OK");
    const startedAt = new Date().toISOString();
    await scenario?.begin({ cluster: target.demo, traffic: target.traffic });

    await own.until("ALARM");
    const { id, execution } = await waitFor(`an incident of ${service} is opened`, 30, async () => {
      const [newest] = await target.store.list({ service, limit: 1 });
      return newest !== undefined && newest.openedAt >= startedAt && newest;
    });
    const [, { status }] = await Promise.all([own.until("OK", 150), deployed.ended(execution, STRATEGY_SECONDS)]);

    expect(await incidentOf(id)).toMatchObject({ meta: { outcome: "recovered", record: { plan: { strategy } } } });
    expect(status).toBe("SUCCEEDED");
    expect(collapsed(statesEntered(await deployed.history(execution)))).toEqual(statesOf(run));
  });
});

describe("what fails for a while", () => {
  it("is retried by its name with growing gaps, and the release is written once", async () => {
    await release("demo/payments:v3-errors");
    const { generation } = await target.demo.facts(SERVICE);
    const fault = target.cluster.faults.add({ method: "PATCH", action: { kind: "status", code: 503 }, times: 2 });

    await deployed.withDefinition(withoutJitter, async () => {
      const { execution, incidentId } = await deployed.request(SERVICE, "v3 charges cards twice");
      const { status } = await deployed.ended(execution, ROLLBACK_SECONDS);
      const attempts = attemptsOf(await deployed.history(execution), "ExecuteStep").slice(0, 3);
      const [first = 0, second = 0] = gapSeconds(attempts);

      expect(attempts.map(({ error }) => error)).toEqual(["TransientUpstreamError", "TransientUpstreamError", null]);
      expect(fault.hits).toBe(2);
      expect(first).toBeGreaterThanOrEqual(2);
      expect(second).toBeGreaterThanOrEqual(4);
      expect(second).toBeGreaterThan(first);
      expect(await incidentOf(incidentId)).toMatchObject({ meta: { outcome: "recovered" } });
      expect(status).toBe("SUCCEEDED");
    });

    // One template change, and the Deployment's own strategy put back.
    expect(await target.demo.facts(SERVICE)).toMatchObject({ image: "demo/payments:v1", generation: generation + 2 });
  });
});

describe("what nobody expected", () => {
  it("is caught: the run fails, is recorded, frees the lock and pages a human", async () => {
    const { generation } = await target.demo.facts(SERVICE);

    await deployed.withoutVariable("AssessIncident", "TABLE_NAME", async () => {
      const { execution, incidentId } = await deployed.request(SERVICE, "somebody removed a variable");
      const { status, error } = await deployed.ended(execution, ROLLBACK_SECONDS);
      const history = await deployed.history(execution);

      expect(statesEntered(history)).toEqual([
        "OpenIncident",
        "IsNewIncident?",
        "AssessIncident",
        "RecordIncident",
        "DidRecover?",
        "NotRecovered",
      ]);
      expect(attemptsOf(history, "AssessIncident")).toHaveLength(1);
      expect({ status, error }).toEqual({ status: "FAILED", error: "error" });
      expect(await incidentOf(incidentId)).toMatchObject({
        meta: { status: "closed", outcome: "error", record: { failure: { cause: expect.stringContaining("TABLE_NAME") } } },
      });
      expect(await target.store.holder(SERVICE)).toBeNull();
      await untilDelivered(incidentId, "page", "incident_closed");
    });

    expect(await target.demo.facts(SERVICE)).toMatchObject({ generation });
  });
});

describe("a run that takes too long", () => {
  it("ends as TIMED_OUT, its lock is freed and a human is paged", async () => {
    const { generation } = await target.demo.facts(SERVICE);
    // Keeps the run between two attempts, so that nothing is written whenever the time is up.
    target.cluster.faults.add({ method: "GET", action: { kind: "status", code: 503 }, times: Number.POSITIVE_INFINITY });

    await deployed.withDefinition(
      (definition) => {
        withoutJitter(definition);
        definition.TimeoutSeconds = 3;
      },
      async () => {
        const { execution, incidentId } = await deployed.request(SERVICE, "the cluster is away");
        const { status } = await deployed.ended(execution, 30);

        expect(status).toBe("TIMED_OUT");
        await untilFreedFromOutside(incidentId, "TIMED_OUT");
      },
    );

    expect(await target.demo.facts(SERVICE)).toMatchObject({ generation });
  });
});

describe("a run that is stopped half way", () => {
  it("leaves no lock, pages a human, and the strategy that it had saved is put back", async () => {
    const before = await target.demo.facts(SERVICE);
    await release("demo/payments:v4-errors");
    const { execution, incidentId } = await deployed.request(SERVICE, "v4 charges nobody");
    await waitFor("the release is restored", 30, async () => (await target.demo.facts(SERVICE)).image === before.image);

    await deployed.stop(execution);
    await untilFreedFromOutside(incidentId, "ABORTED");
    expect((await target.demo.facts(SERVICE)).strategy).not.toBe(before.strategy);
    const { mended } = (await deployed.invoke(target.outputs.ObserveReleasesFunction, {})) as { mended: string[] };
    const { status } = await deployed.ended(mended[0] ?? "", ROLLBACK_SECONDS);

    expect(mended).toHaveLength(1);
    expect(status).toBe("SUCCEEDED");
    expect(await target.demo.facts(SERVICE)).toMatchObject({ image: before.image, strategy: before.strategy });
  });
});

/** What `release-lock` does after an execution that could not end by itself. */
async function untilFreedFromOutside(incidentId: string, status: string): Promise<void> {
  await waitFor("the lock is free", 30, async () => (await target.store.holder(SERVICE)) === null);
  expect(await incidentOf(incidentId)).toMatchObject({
    meta: { status: "closed", outcome: "error", summary: expect.stringContaining(status) },
  });
  await untilDelivered(incidentId, "page", "execution_ended");
}

/** Full jitter draws each gap between zero and its cap; without it the caps themselves can be seen. */
function withoutJitter({ States }: { readonly States: Readonly<Record<string, { readonly Retry?: Record<string, unknown>[] }>> }): void {
  for (const { Retry = [] } of Object.values(States)) for (const retrier of Retry) retrier.JitterStrategy = "NONE";
}
