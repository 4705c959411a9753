import type { Finding } from "../evidence.ts";
import type { Assessment } from "../rollback-document.ts";
import { podsOf } from "../rollout.ts";
import type { WorkloadState } from "../workload.ts";
import { rank } from "./find.ts";

/** Which releases' pods show a finding. `new`: the deploy. `both`, `old`: something that both share. `node`: no release at all. */
export type Blame = "new" | "both" | "old" | "node";

export interface Suspect {
  readonly finding: Finding;
  readonly blame: Blame;
}

/** What the words of a pod group come to, for an incident whose evidence could not be collected. */
const CLASS_OF_REASON: readonly (readonly [RegExp, Finding["class"]])[] = [
  [/^OOMKilled$/, "out-of-memory"],
  [/^(ErrImage|ImagePull|InvalidImage|RegistryUnavailable|ImageInspect)/, "image"],
  [/^CreateContainerConfigError$/, "missing-config"],
  [/^(CreateContainer|RunContainer|P(ost|re)StartHook)/, "start"],
  [/^(CrashLoopBackOff|Error|StartError|ContainerCannotRun)$/, "crash-loop"],
  [/^ReadinessGatesNotReady$/, "readiness-gate"],
  [/^(Unschedulable|SchedulingGated)$/, "scheduling"],
  [/^(ContainersNotReady|NotReady)$/, "probe"],
  [/^(Evicted|Preempt|DeletionBy|EvictionBy|TerminationBy)/, "node-pressure"],
];

/** The findings of the evidence, or else what the pods' reasons alone tell. */
export function findingsOfAssessment({ evidence, workload }: Assessment): readonly Finding[] {
  if (evidence?.findings.some((finding) => finding.class !== "our-rbac")) return evidence.findings;
  return workload === null ? [] : workload.pods.flatMap((group) => reasonsOf(group, workload));
}

function reasonsOf({ templateHash, reasons }: WorkloadState["pods"][number], workload: WorkloadState): Finding[] {
  return reasons.flatMap(({ reason, pods, message }) => {
    const found = CLASS_OF_REASON.find(([pattern]) => pattern.test(reason));
    if (found === undefined) return [];
    const subject = found[1] === "image" && templateHash === workload.templateHash ? { subject: { image: workload.image } } : {};
    return [
      { class: found[1], templateHash, container: null, pods, detail: message === "" ? reason : `${reason}: ${message}`, ...subject },
    ];
  });
}

/** The most telling finding of the live release, else of another; and whose fault it can be. Null when nothing was found. */
export function suspectOf(findings: readonly Finding[], workload: WorkloadState | null): Suspect | null {
  const live = workload?.templateHash ?? null;
  const ordered = findings
    .filter((finding) => finding.class !== "our-rbac")
    .filter((finding) => finding.templateHash === live || isPattern(finding, workload))
    .toSorted((a, b) => rank(a.class) - rank(b.class));
  const ofLive = ordered.find(({ templateHash }) => templateHash === live && live !== null);
  const finding = ofLive ?? ordered[0];
  if (finding === undefined) return null;
  if (finding.class === "node-pressure" || finding.subject?.cause === "sandbox") return { finding, blame: "node" };
  if (ofLive === undefined) return { finding, blame: finding.templateHash === null ? "node" : "old" };
  const shared = ordered.some((other) => other.templateHash !== finding.templateHash && isSame(finding, other));
  return { finding, blame: shared ? "both" : "new" };
}

/** One failing pod of many tells nothing about its release; a log line that says why does, and so does a node. */
function isPattern({ class: findingClass, templateHash, pods }: Finding, workload: WorkloadState | null): boolean {
  if (templateHash === null || findingClass === "app-rbac") return true;
  const total = workload === null ? 0 : podsOf(workload, templateHash).total;
  return pods > 0 && 2 * pods >= total;
}

function isSame(finding: Finding, other: Finding): boolean {
  if (other.class !== finding.class) return false;
  return (
    finding.class !== "app-rbac" || (other.subject?.verb === finding.subject?.verb && other.subject?.resource === finding.subject?.resource)
  );
}
