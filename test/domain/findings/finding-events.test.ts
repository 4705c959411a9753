import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../functions/domain/errors.ts";
import { isFindingEvent, parseFindingEvent } from "../../../functions/domain/findings/finding-event.ts";
import type { FindingReport, ReadFinding } from "../../../functions/domain/findings/finding-report.ts";
import { anAlarmEvent } from "../../support/events/alarm-events.ts";
import { aFindingEvent, FINDING_SAMPLES, FOUND_DIGEST, type SampleEvent } from "../../support/events/finding-events.ts";

const reportOf = (read: ReadFinding | undefined): FindingReport => {
  if (read === undefined || !("report" in read)) throw new Error(`no report: ${JSON.stringify(read)}`);
  return read.report;
};
const first = (event: SampleEvent) => parseFindingEvent(event).findings[0];

describe("findings of GuardDuty", () => {
  it("say of the audit log which workload of which cluster they are about", () => {
    const { finding, workload, images, sentAt, lastSeenAt } = reportOf(first(aFindingEvent("guardduty-eks-audit")));

    expect(finding).toEqual({
      id: "arn:aws:guardduty:us-east-1:123456789012:detector/94c3858788bc1444ceedab472bab5d7e/finding/f2c3859c6ca25b3057d13470a992bbd7",
      source: "guardduty",
      severity: "high",
      type: "PrivilegeEscalation:Kubernetes/PrivilegedContainer",
      title: "Privileged container with root level access launched on the EKS cluster.",
      firstSeenAt: "2026-11-20T03:12:20.000Z",
      imageDigest: null,
    });
    expect(workload).toEqual({
      ...{ cluster: "demo", region: "us-east-1", account: "123456789012", namespace: "demo", name: "checkout", type: "deployments" },
    });
    expect(images).toEqual([]);
    expect({ sentAt, lastSeenAt }).toEqual({ sentAt: "2026-11-20T03:17:05.000Z", lastSeenAt: "2026-11-20T03:12:20.000Z" });
  });

  it("say of the runtime which pod it was, with fields that are null", () => {
    const { finding, workload } = reportOf(first(aFindingEvent("guardduty-eks-runtime")));

    expect(finding).toMatchObject({ severity: "critical", type: "CryptoCurrency:Runtime/BitcoinTool.B" });
    expect(workload).toMatchObject({ namespace: "demo", name: "checkout-7c9f8d5b94-x2x4z", type: "pods" });
  });

  it.each([
    ["is archived", (event: SampleEvent) => (event.detail.service.archived = true)],
    ["is a sample finding", (event: SampleEvent) => (event.detail.service.additionalInfo.sample = true)],
    ["is a sample finding", (event: SampleEvent) => (event.detail.service.additionalInfo.value = '{"sample":true}')],
    ["is a sample finding", (event: SampleEvent) => (event.detail.title = `[SAMPLE] ${event.detail.title}`)],
  ])("do not count when one %s", (reason, change) => {
    expect(first(aFindingEvent("guardduty-eks-audit", change))).toEqual({ ignore: expect.stringContaining(reason) });
  });
});

describe("what else GuardDuty adds", () => {
  it.each(["{}", '{"sample":false}', '{"sample":', "null", '"sample"', null, { sample: "true" }])(
    "makes no sample of a finding: %j",
    (value) => {
      const event = aFindingEvent("guardduty-eks-audit", ({ detail }) => (detail.service.additionalInfo.value = value));

      expect(reportOf(first(event)).finding.severity).toBe("high");
    },
  );
});

describe("findings of Inspector", () => {
  it("say which image has which vulnerability, with times in words", () => {
    const { finding, images } = reportOf(first(aFindingEvent("inspector-ecr")));

    expect(finding).toMatchObject({ source: "inspector", severity: "high", type: "CVE-2024-6119", imageDigest: FOUND_DIGEST });
    expect(finding.firstSeenAt).toBe("2026-11-20T03:16:38.411Z");
    expect(images).toEqual([{ digest: FOUND_DIGEST, repository: "shop/checkout", registry: "123456789012", tags: ["v2"] }]);
  });

  it.each([
    ["is CLOSED", (event: SampleEvent) => (event.detail.status = "CLOSED")],
    ["is SUPPRESSED", (event: SampleEvent) => (event.detail.status = "SUPPRESSED")],
    ["severity UNTRIAGED", (event: SampleEvent) => (event.detail.severity = "UNTRIAGED")],
    [
      "no container image (AWS_EC2_INSTANCE)",
      (event: SampleEvent) => (event.detail.resources = [{ type: "AWS_EC2_INSTANCE", id: "i-1", details: {} }]),
    ],
  ])("do not count when: %s", (reason, change) => {
    expect(first(aFindingEvent("inspector-ecr", change))).toEqual({ ignore: expect.stringContaining(reason) });
  });
});

describe("findings that Security Hub passes on", () => {
  it("keep the id, the source, the type and the place that their own service gave them", () => {
    const [guardDuty, inspector, control] = parseFindingEvent(aFindingEvent("security-hub-imported")).findings.map(reportOf);

    const original = reportOf(first(aFindingEvent("guardduty-eks-audit")));
    const scanned = reportOf(first(aFindingEvent("inspector-ecr")));
    expect(guardDuty?.finding).toEqual(original.finding);
    expect(guardDuty?.workload).toEqual(original.workload);
    expect(inspector?.finding).toEqual(scanned.finding);
    expect(inspector?.images).toEqual(scanned.images);
    expect(control).toMatchObject({ finding: { source: "security-hub", type: "security-control/EKS.1" }, workload: null, images: [] });
  });

  it.each([
    ["is ARCHIVED", { RecordState: "ARCHIVED" }],
    ["workflow status SUPPRESSED", { Workflow: { Status: "SUPPRESSED" } }],
    ["workflow status NOTIFIED", { Workflow: { Status: "NOTIFIED" } }],
    ["workflow status RESOLVED", { Workflow: { Status: "RESOLVED" } }],
    ["a sample finding", { Sample: true }],
    ["a sample finding", { Title: "[SAMPLE] Privileged container launched on the EKS cluster." }],
    ["a check that passed", { Compliance: { Status: "PASSED" } }],
    ["severity INFORMATIONAL", { Severity: { Label: "INFORMATIONAL", Normalized: 0 } }],
  ])("do not count when: %s, and the others of the event still do", (reason, change) => {
    const event = aFindingEvent("security-hub-imported", ({ detail }) => Object.assign(detail.findings[0], change));

    const [silent, ...others] = parseFindingEvent(event).findings;

    expect(silent).toEqual({ ignore: expect.stringContaining(reason) });
    expect(others.map(reportOf)).toHaveLength(2);
  });
});

describe("events of another shape", () => {
  it.each<[string, (event: SampleEvent) => void, (typeof FINDING_SAMPLES)[number], string]>([
    [
      "without archived",
      (event) => delete event.detail.service.archived,
      "guardduty-eks-audit",
      "detail.service.archived: expected boolean",
    ],
    ["with a severity in words", (event) => (event.detail.severity = "HIGH"), "guardduty-eks-audit", "detail.severity: expected number"],
    ["with a new status", (event) => (event.detail.status = "OPEN"), "inspector-ecr", "detail.status: expected one of ACTIVE"],
    [
      "with another time",
      (event) => (event.detail.firstObservedAt = "soon"),
      "inspector-ecr",
      "detail.firstObservedAt: expected an ISO 8601",
    ],
    ["without findings", (event) => (event.detail.findings = []), "security-hub-imported", "detail.findings: expected at least 1"],
  ])("%s are errors that name what was expected", (_what, change, sample, problem) => {
    const read = () => parseFindingEvent(aFindingEvent(sample, change));

    expect(read).toThrow(InvalidInputError);
    expect(read).toThrow(problem);
  });

  it.each<[string, (findings: SampleEvent) => void, string]>([
    ["no workflow", (findings) => delete findings[1].Workflow, "detail.findings.1.Workflow: expected"],
    ["no severity", (findings) => (findings[1].Severity = {}), "expected Label or Normalized"],
    [
      "fields that are no text",
      (findings) => (findings[1].Resources[0].Details = { Other: { a: 1 } }),
      "Resources.0.Details.Other.a: expected",
    ],
  ])("one finding with %s is said to be so, and the others of its event count", (_what, change, problem) => {
    const read = parseFindingEvent(aFindingEvent("security-hub-imported", ({ detail }) => change(detail.findings))).findings;

    expect(read[1]).toEqual({ unreadable: expect.stringContaining(problem) });
    expect([read[0], read[2]].map(reportOf)).toHaveLength(2);
  });

  it("of alarms are no findings", () => {
    expect(FINDING_SAMPLES.every((sample) => isFindingEvent(aFindingEvent(sample)))).toBe(true);
    expect(isFindingEvent(anAlarmEvent())).toBe(false);
    expect(() => parseFindingEvent(anAlarmEvent())).toThrow('expected one of "GuardDuty Finding"');
  });

  it("with more fields than today are read all the same", () => {
    const event = aFindingEvent("guardduty-eks-audit", ({ detail }) =>
      Object.assign(detail, { associatedAttackSequenceArn: "arn:aws:guardduty:x" }),
    );

    expect(reportOf(first(event)).finding.severity).toBe("high");
  });
});
