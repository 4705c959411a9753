import type { Assessment, Diagnosis, Plan, Verification } from "./rollback-document.ts";
import { podsOf } from "./rollout.ts";
import { describeChange } from "./suspect-change.ts";

export interface DiagnosisFacts {
  readonly assessment: Assessment;
  readonly plan: Plan;
  readonly verification: Verification;
}

interface Rule {
  readonly class: string;
  readonly matches: (facts: DiagnosisFacts, reasons: readonly string[]) => boolean;
  readonly hypothesis: string;
  readonly recommendation: Diagnosis["recommendations"][number];
}

/** First match wins; the pod reasons are Kubernetes' own words. */
const RULES: readonly Rule[] = [
  {
    class: "capacity",
    matches: ({ assessment }) => assessment.change?.kind === "scale",
    hypothesis: "insufficient capacity after the scale",
    recommendation: {
      priority: "medium",
      action: "Raise the minimum replica count before the next scale-down",
      example: "spec.scaling.min_replicas: 3",
    },
  },
  {
    class: "out-of-memory",
    matches: (_, reasons) => reasons.includes("OOMKilled"),
    hypothesis: "the new version needs more memory than its limit",
    recommendation: {
      priority: "high",
      action: "Compare the memory of the new version with its limit before the next deploy",
      example: "resources.limits.memory: 512Mi",
    },
  },
  {
    class: "image",
    matches: (_, reasons) => reasons.some((reason) => /^(ErrImage|ImagePull|InvalidImage|RegistryUnavailable|ImageInspect)/.test(reason)),
    hypothesis: "the new image cannot be pulled",
    recommendation: {
      priority: "high",
      action: "Check that the tag exists and that the nodes may pull it",
      example: "aws ecr describe-images --repository-name <name>",
    },
  },
  {
    class: "configuration",
    matches: (_, reasons) => reasons.includes("CreateContainerConfigError"),
    hypothesis: "the new version names a ConfigMap, Secret or key that does not exist",
    recommendation: {
      priority: "high",
      action: "Create the missing object or key before the next deploy",
      example: "kubectl get configmap,secret -n <namespace>",
    },
  },
  {
    class: "crash",
    matches: (_, reasons) => reasons.some((reason) => reason === "CrashLoopBackOff" || reason === "Error"),
    hypothesis: "the new version crashes at start",
    recommendation: {
      priority: "high",
      action: "Read the last log lines of the failed version",
      example: "kubectl logs -n <namespace> <pod> --previous",
    },
  },
  {
    class: "not-ready",
    matches: ({ assessment }) => assessment.podEvidence === "only-new",
    hypothesis: "the new version never becomes ready",
    recommendation: {
      priority: "high",
      action: "Check the readiness probe against the new version",
      example: "kubectl describe pod -n <namespace> <pod>",
    },
  },
  {
    class: "regression",
    matches: ({ assessment }) => assessment.change?.kind === "deploy",
    hypothesis: "the new version is slower or fails more, although its pods are healthy",
    recommendation: {
      priority: "medium",
      action: "Compare the two versions under load before the next deploy",
      example: "replay recorded traffic against both images",
    },
  },
];

/** Root-cause hypothesis and recommendations from what was assessed; confidence is high only when the recovery confirms the hypothesis. */
export function diagnose(facts: DiagnosisFacts): Diagnosis {
  const { assessment, verification } = facts;
  const { change, workload } = assessment;
  const reasons = workload === null ? [] : podsOf(workload, workload.templateHash).reasons.map((cause) => cause.reason);
  const rule = change?.kind === "leftover" ? undefined : RULES.find((candidate) => candidate.matches(facts, reasons));
  if (rule === undefined) {
    return { class: "unknown", hypothesis: "no hypothesis: see the evidence", confidence: "low", recommendations: [] };
  }
  const what = change === null ? "" : ` (${describeChange(change)})`;
  const confidence = verification.recovery === "recovered" ? "high" : verification.recovery === "undecided" ? "medium" : "low";
  return { class: rule.class, hypothesis: `${rule.hypothesis}${what}`, confidence, recommendations: [rule.recommendation] };
}
