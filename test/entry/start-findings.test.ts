import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import type { Blueprint, FindingPolicy } from "../../functions/domain/blueprint.ts";
import { InvalidInputError, TransientUpstreamError } from "../../functions/domain/errors.ts";
import { RollbackInputSchema } from "../../functions/domain/rollback-document.ts";
import { startRollback, startRollbackSchemas } from "../../functions/entry/start-rollback/start-rollback.ts";
import type { KnownFindings } from "../../functions/ports/image-findings.ts";
import { aBlueprint, aReleaseObservation, BAD_HASH, MOMENTS } from "../support/builders/index.ts";
import { aRelease, releaseParts } from "../support/builders/release.ts";
import { aFindingEvent, FOUND_DIGEST } from "../support/events/finding-events.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { FakeStarter } from "../support/fakes/fake-starter.ts";
import { faultyPort } from "../support/fakes/faulty-port.ts";
import { fixedClock } from "../support/fakes/fixed-clock.ts";
import { InMemoryIncidentStore } from "../support/fakes/in-memory-incident-store.ts";
import { InMemoryKnownFindings } from "../support/fakes/in-memory-known-findings.ts";
import { InMemoryReleaseLedger } from "../support/fakes/in-memory-release-ledger.ts";
import { InMemoryWouldHaves } from "../support/fakes/in-memory-would-haves.ts";
import { recordingLogger, silentLogger } from "../support/fakes/silent-logger.ts";

const all: FindingPolicy = { sources: ["guardduty", "inspector", "security-hub"], minimumSeverity: "high" };
const bad = aReleaseObservation({
  templateHash: BAD_HASH,
  liveSince: MOMENTS.changeAt,
  lastSeenAt: "2026-11-20T03:16:00.000Z",
  verdict: "candidate",
});

/** v2 of checkout is live since five minutes; its image is the one that Inspector's sample is about. */
function setUp(blueprints: readonly Blueprint[] = [aBlueprint({ findings: all })]) {
  const ledger = new InMemoryReleaseLedger();
  for (const { service } of blueprints) {
    ledger.seed(aReleaseObservation({ service }), { ...bad, service });
    const images = [{ container: "app", image: "shop/checkout:v2", digest: FOUND_DIGEST }];
    ledger.seedReleases(
      aRelease({ service, hash: "b", lastSeenAt: bad.lastSeenAt, parts: releaseParts({ templateHash: BAD_HASH, images }) }),
    );
  }
  const [starter, wouldHaves, knownFindings] = [new FakeStarter(), new InMemoryWouldHaves(), new InMemoryKnownFindings()];
  const ports = {
    ...{ starter, wouldHaves, knownFindings, ledger },
    blueprints: registryOf(...blueprints),
    clock: fixedClock("2026-11-20T03:20:00.000Z"),
    sha256: sha256Hex,
    sources: ["aws.cloudwatch", "rollguard.alarm-clock"],
    home: "us-east-1:123456789012",
  };
  return { ...ports, ports, start: (event: unknown) => startRollback(ports)(event, { logger: silentLogger }) };
}

describe("start-rollback with findings", () => {
  it("starts one execution with an input that the machine accepts", async () => {
    const { start, starter } = setUp();

    const answer = await start(aFindingEvent("guardduty-eks-audit"));

    const [input] = starter.started;
    expect(RollbackInputSchema.parse(input)).toEqual(input);
    expect(input?.execution.name).toMatch(/^rg-checkout-20261120T031205Z-[0-9a-f]{12}$/);
    expect(input?.trigger).toMatchObject({ kind: "finding", source: "aws.guardduty", finding: { severity: "high" } });
    expect(startRollbackSchemas.output.parse(answer)).toEqual({
      findings: [{ service: "checkout", outcome: "started", execution: input?.execution.name, incidentId: input?.incidentId }],
    });
  });

  it("starts once for an event that arrives ten times, is sent again with a higher count, and is passed on by Security Hub", async () => {
    const { start, starter } = setUp();
    const again = aFindingEvent("guardduty-eks-audit", (event) => {
      event.id = "another-event";
      event.time = "2026-11-20T09:17:05Z";
      Object.assign(event.detail.service, { count: 7, eventLastSeen: "2026-11-20T09:12:20.000Z" });
    });
    const passedOn = aFindingEvent("security-hub-imported", ({ detail }) => detail.findings.splice(1));
    const events = [...Array.from({ length: 10 }, () => aFindingEvent("guardduty-eks-audit")), again, passedOn];

    const answers = await Promise.all(events.map(start));

    expect(starter.started).toHaveLength(1);
    expect(answers.filter((answer) => JSON.stringify(answer).includes('"already-started"'))).toHaveLength(11);
  });

  it("starts again for a finding that is seen in the next release", async () => {
    const { start, starter, ledger } = setUp();
    await start(aFindingEvent("guardduty-eks-audit"));
    ledger.seed(
      aReleaseObservation({ templateHash: "5f6d7c8b9a", liveSince: "2026-11-20T09:00:00.000Z", lastSeenAt: "2026-11-20T09:16:00.000Z" }),
    );

    await start(aFindingEvent("guardduty-eks-audit", ({ detail }) => (detail.service.eventLastSeen = "2026-11-20T09:12:20.000Z")));

    expect(new Set(starter.started.map(({ execution }) => execution.name)).size).toBe(2);
  });

  it("starts what two findings of one event ask for, and says what the third one was", async () => {
    const { start, starter } = setUp();

    const answer = await start(aFindingEvent("security-hub-imported"));

    expect(starter.started.map(({ trigger }) => trigger.finding?.source)).toEqual(["guardduty", "inspector"]);
    expect(answer).toEqual({
      findings: [
        expect.objectContaining({ outcome: "started" }),
        expect.objectContaining({ outcome: "started" }),
        { ignored: expect.stringContaining("EKS.1/finding/931a06d9-1b1d-431b-8b91-1ff86829b400 is about no service") },
      ],
    });
  });

  it("starts one for all vulnerabilities of an image, and another for graver ones; its incident tells each, and pages nobody for it", async () => {
    const { ports, starter, knownFindings } = setUp();
    const store = new InMemoryIncidentStore();
    const vulnerability = (id: string, severity = "HIGH") =>
      aFindingEvent("inspector-ecr", ({ detail }) => {
        Object.assign(detail, { findingArn: `arn:aws:inspector2:us-east-1:123456789012:finding/${id}`, severity });
        Object.assign(detail.packageVulnerabilityDetails, { vulnerabilityId: `CVE-2026-${id}` });
      });
    const events = ["1", "2", "3", "3"].map((id) => vulnerability(id)).concat(vulnerability("4", "CRITICAL"));

    for (const event of events) await startRollback({ ...ports, store })(event, { logger: silentLogger });

    expect(starter.started.map(({ trigger }) => trigger.finding?.severity)).toEqual(["high", "critical"]);
    expect(knownFindings.items.size).toBe(4);
    const told = store.eventsOf(starter.started[0]?.incidentId ?? "");
    expect(told.map(({ message, urgency }) => [message.split(" ")[0], urgency])).toEqual([
      ["CVE-2026-2", "quiet"],
      ["CVE-2026-3", "quiet"],
    ]);
  });

  it("starts one for an image also where nobody has observed the service", async () => {
    const { ports, starter } = setUp();
    const tagged = (id: string, firstObservedAt: string) =>
      aFindingEvent("inspector-ecr", ({ detail }) => {
        Object.assign(detail, { findingArn: `arn:aws:inspector2:us-east-1:123456789012:finding/${id}`, firstObservedAt });
        Object.assign(detail.resources[0], { tags: { "rollguard:service": "checkout" } });
      });
    const start = startRollback({ ...ports, ledger: new InMemoryReleaseLedger() });

    await start(tagged("1", "2026-11-20T03:12:05Z"), { logger: silentLogger });
    await start(tagged("2", "2026-11-20T03:12:09Z"), { logger: silentLogger });

    expect(starter.started).toHaveLength(1);
  });

  it("starts one for each service that runs the image, and remembers the vulnerability of both", async () => {
    const { start, starter, knownFindings } = setUp([aBlueprint({ findings: all }), aBlueprint({ service: "search", findings: all })]);

    await start(aFindingEvent("inspector-ecr"));

    expect(starter.started.map(({ trigger }) => trigger.service).sort()).toEqual(["checkout", "search"]);
    expect([...knownFindings.items.keys()].sort()).toEqual([
      `checkout#${FOUND_DIGEST}#CVE-2024-6119`,
      `search#${FOUND_DIGEST}#CVE-2024-6119`,
    ]);
  });

  it("records once what it would have done in mode observe, and starts nothing", async () => {
    const { start, starter, wouldHaves } = setUp([aBlueprint({ findings: { ...all, mode: "observe", modeReason: "not yet" } })]);

    const answers = [await start(aFindingEvent("guardduty-eks-audit")), await start(aFindingEvent("security-hub-imported"))];

    expect(starter.calls).toBe(0);
    expect(answers[0]).toMatchObject({ findings: [{ service: "checkout", outcome: "recorded" }] });
    expect(answers[1]).toMatchObject({ findings: [{ outcome: "already-recorded" }, { outcome: "recorded" }, {}] });
    const records = await wouldHaves.list("checkout", 10);
    expect(records).toHaveLength(2);
    expect(records.find(({ trigger }) => trigger === "guardduty:f2c3859c6ca25b3057d13470a992bbd7")).toMatchObject({
      ...{
        at: "2026-11-20T03:17:05.000Z",
        firstSeenAt: "2026-11-20T03:12:20.000Z",
        class: "security",
        severity: "high",
        strategy: "immediate",
        cause: "observe",
      },
      ...{ because: "its mode is observe: not yet", live: { templateHash: BAD_HASH }, target: aReleaseObservation().templateHash },
    });
  });

  it.each<[string, () => unknown, readonly Blueprint[] | undefined, string]>([
    ["is archived", () => aFindingEvent("guardduty-eks-audit", ({ detail }) => (detail.service.archived = true)), undefined, "is archived"],
    [
      "is of another cluster",
      () => aFindingEvent("guardduty-eks-audit", ({ detail }) => (detail.resource.eksClusterDetails.name = "other")),
      undefined,
      "is about no service",
    ],
    [
      "is below the severity",
      () => aFindingEvent("guardduty-eks-audit", ({ detail }) => (detail.severity = 4)),
      undefined,
      "medium is below high",
    ],
    [
      "comes from a source that nobody configured",
      () => ({ ...aFindingEvent("guardduty-eks-audit"), source: "my.drill" }),
      undefined,
      "source my.drill",
    ],
    [
      "is of a kind that no blueprint lists",
      () => aFindingEvent("inspector-ecr"),
      [aBlueprint({ findings: { ...all, sources: ["guardduty"] } })],
      "no blueprint lists findings of inspector",
    ],
    ["nobody asked for", () => aFindingEvent("guardduty-eks-audit"), [aBlueprint()], "no blueprint lists findings of guardduty"],
  ])("ignores one that %s, with a line in the log", async (_what, event, blueprints, reason) => {
    const { ports, starter } = setUp(blueprints);
    const logger = recordingLogger();

    const answer = await startRollback(ports)(event(), { logger });

    expect(startRollbackSchemas.output.parse(answer)).toEqual({ ignored: expect.stringContaining(reason) });
    expect(logger.lines).toEqual([{ level: "info", message: "finding ignored", extra: { reason: expect.stringContaining(reason) } }]);
    expect(starter.calls).toBe(0);
  });

  it("takes a finding of a drill from a source that is configured", async () => {
    const { start, starter } = setUp();

    await start({ ...aFindingEvent("guardduty-eks-runtime"), source: "rollguard.alarm-clock" });

    expect(starter.started[0]?.trigger).toMatchObject({ source: "rollguard.alarm-clock", finding: { severity: "critical" } });
  });

  it("fails on an event of another shape, so that the failure queue keeps it", async () => {
    const { start } = setUp();

    await expect(start(aFindingEvent("guardduty-eks-audit", ({ detail }) => delete detail.resource))).rejects.toThrow(InvalidInputError);
  });

  it("starts what the others ask for where one finding of an event has another shape, and fails then, so that the queue keeps it", async () => {
    const { start, starter } = setUp();
    const odd = () => aFindingEvent("security-hub-imported", ({ detail }) => delete detail.findings[1].Workflow);

    await expect(start(odd())).rejects.toThrow("1 of 3 findings could not be read: detail.findings.1.Workflow: expected");
    await expect(start(odd())).rejects.toThrow(InvalidInputError);

    expect(starter.started.map(({ trigger }) => trigger.finding?.source)).toEqual(["guardduty"]);
  });

  it("starts nothing before it has remembered the vulnerability: the event comes again, and then both are there once", async () => {
    const { ports, starter, knownFindings } = setUp();
    const error = () => new TransientUpstreamError("throttled");
    const { port } = faultyPort<KnownFindings>(knownFindings, { method: "remember", error, when: "before" });
    const start = startRollback({ ...ports, knownFindings: port });

    await expect(start(aFindingEvent("inspector-ecr"), { logger: silentLogger })).rejects.toThrow("throttled");
    expect(starter.calls).toBe(0);
    await start(aFindingEvent("inspector-ecr"), { logger: silentLogger });

    expect(starter.started).toHaveLength(1);
    expect(knownFindings.items.size).toBe(1);
  });
});
