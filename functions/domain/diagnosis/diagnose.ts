import { describeDegradation } from "../measured.ts";
import type { Assessment, Change, Diagnosis, Verification } from "../rollback-document.ts";
import { describeChange } from "../suspect-change.ts";
import { findingsOfAssessment, type Suspect, suspectOf } from "./blame.ts";
import { causeOf } from "./hypothesis.ts";
import { type Recommendation, recommendationsFor, type Where } from "./recommend.ts";

export interface DiagnosisFacts {
  readonly assessment: Assessment;
  /** Null when nothing was restored: an escalation is diagnosed too. */
  readonly verification: Verification | null;
  /** Null when the blueprint is not known. */
  readonly target: Where | null;
}

type Cause = Pick<Diagnosis, "class" | "hypothesis"> & {
  readonly recommendations: readonly Recommendation[];
  /** The change cannot be the whole story, or nothing proves it: confidence stays low. */
  readonly doubtful: boolean;
  readonly component: string;
};

const NOWHERE: Where = { namespace: "<namespace>", kind: "Deployment", name: "<name>" };

/**
 * Root-cause hypothesis and recommendations from what was assessed. What fails under one release alone is the deploy; under both, a dependency or
 * the infrastructure; where nothing fails, logic or performance. Confidence is high only when the recovery confirms the hypothesis.
 */
export function diagnose({ assessment, verification, target }: DiagnosisFacts): Diagnosis {
  const { change, evidence } = assessment;
  const cause = causeFor(assessment, target ?? NOWHERE);
  const kept = evidence === undefined ? {} : { evidence };
  if (cause === null)
    return { class: "unknown", hypothesis: "no hypothesis: see the evidence", confidence: "low", recommendations: [], ...kept };
  const what = change === null ? "" : ` (${describeChange(change)})`;
  return {
    class: cause.class,
    hypothesis: `${cause.hypothesis}${what}`,
    confidence: cause.doubtful ? "low" : confidenceIn(verification),
    recommendations: [...cause.recommendations],
    component: cause.component,
    ...kept,
  };
}

function confidenceIn(verification: Verification | null): Diagnosis["confidence"] {
  if (verification === null || verification.recovery === "undecided") return "medium";
  return verification.recovery === "recovered" ? "high" : "low";
}

function causeFor(assessment: Assessment, where: Where): Cause | null {
  const { change, workload } = assessment;
  const component = `${where.kind} ${where.namespace}/${where.name}`;
  if (change?.kind === "leftover" || change?.kind === "held") return null;
  if (change?.kind === "scale") return { ...capacity(change), doubtful: false, component };
  const suspect = suspectOf(findingsOfAssessment(assessment), workload);
  if (suspect !== null) return ofSuspect(suspect, change, where, component);
  if (change?.kind === "config" || change?.kind === "traffic") return { ...configuration(change), doubtful: false, component };
  if (change?.kind === "deploy") return { ...regression(assessment, change), doubtful: false, component };
  return null;
}

function ofSuspect({ finding, blame }: Suspect, change: Change | null, where: Where, component: string): Cause {
  const advice = recommendationsFor(finding, where);
  const common = {
    class: finding.class,
    component: finding.container === null ? component : `container ${finding.container} of ${component}`,
  };
  const cause = causeOf(finding);
  switch (blame) {
    case "new": {
      const config = change?.kind === "config" ? configuration(change).recommendations : [];
      return { ...common, hypothesis: cause, recommendations: [...config, ...advice], doubtful: false };
    }
    case "both":
      return {
        ...common,
        hypothesis: `${cause}; pods of the earlier release fail the same way, so the deploy is not the cause and a rollback does not help`,
        recommendations: [shared(component), ...advice],
        doubtful: true,
      };
    case "old":
      return {
        ...common,
        hypothesis: `only pods of the earlier release fail: ${cause}; that is not the deploy's doing`,
        recommendations: [shared(component), ...advice],
        doubtful: true,
      };
    case "node":
      return {
        ...common,
        hypothesis: `${cause}; that is the infrastructure's, and a rollback helps only as far as it needs fewer pods`,
        recommendations: advice,
        doubtful: true,
      };
  }
}

function shared(component: string): Recommendation {
  return {
    priority: "high",
    action: "Look at what both releases depend on before anything is deployed: database, upstreams, configuration, nodes",
    example: `kubectl get events of ${component} and its neighbours`,
  };
}

function capacity({ fromReplicas, toReplicas, image }: Change): Omit<Cause, "doubtful" | "component"> {
  if ((toReplicas ?? 0) > (fromReplicas ?? 0)) {
    return {
      class: "capacity",
      hypothesis: `${toReplicas} replicas are more than the service's dependencies or nodes carry, ${fromReplicas} were not`,
      recommendations: [
        {
          priority: "medium",
          action: "Find the limit that the further replicas met (connections, nodes, quota) before the next scale-up",
          example: `spec.scaling.max_replicas: ${fromReplicas}`,
        },
      ],
    };
  }
  return {
    class: "capacity",
    hypothesis: `insufficient capacity after the scale: the load needs more than ${toReplicas} replicas of ${image}`,
    recommendations: [
      {
        priority: "medium",
        action: `Raise the minimum replica count before the next scale-down: the load needed ${fromReplicas}`,
        example: `spec.scaling.min_replicas: ${fromReplicas}`,
      },
    ],
  };
}

function configuration({ parts, toRelease, fromRelease }: Change): Omit<Cause, "doubtful" | "component"> {
  const what = parts === undefined || parts.length === 0 ? "its configuration" : parts.join(", ");
  return {
    class: "configuration",
    hypothesis: `the service does not work with the change of ${what}; its image is the same`,
    recommendations: [
      {
        priority: "high",
        action: `Compare ${what} before and after, and correct it where it is written`,
        example:
          fromRelease && toRelease ? `rollguard releases <service> --diff ${fromRelease} ${toRelease}` : "rollguard releases <service>",
      },
      {
        priority: "medium",
        action: "Ship configuration like code: named by its content, rolled out with the template",
        example: "configMapGenerator: [{name: <config>}]; immutable: true",
      },
    ],
  };
}

/** Nothing fails by Kubernetes' own words: the signals tell whether the version answers later, or wrongly. */
function regression({ signals, change }: Assessment, { image }: Change): Omit<Cause, "doubtful" | "component"> {
  const worst = signals
    .flatMap((reading) =>
      reading.before !== null && reading.during !== null ? [{ ...reading, before: reading.before, during: reading.during }] : [],
    )
    .filter(({ before, during }) => during > before)
    .toSorted((a, b) => b.during / (b.before || 1) - a.during / (a.before || 1))[0];
  const slow = worst?.unit === "ms" || worst?.unit === "s";
  const how =
    worst === undefined ? "is slower or fails more" : slow ? "is slower" : worst.unit === "%" ? "fails more" : "behaves differently";
  const figures = worst === undefined ? "" : `: ${worst.signal} ${describeDegradation(worst.before, worst.during, worst.unit)}`;
  const earlier = change?.fromHash ? `template ${change.fromHash}` : "the earlier release";
  return {
    class: "regression",
    hypothesis: `the new version ${how}, although its pods are healthy${figures}`,
    recommendations: [
      {
        priority: "medium",
        action: slow
          ? "Compare a profile of the two versions under the same load"
          : "Compare the two versions' answers under the same requests",
        example: `replay recorded traffic against ${image} and ${earlier}`,
      },
      {
        priority: "medium",
        action: `Measure ${worst?.signal ?? "the signals"} under load before the rollout, and stop it there`,
        example: "a load test in the pipeline with the blueprint's own limits",
      },
    ],
  };
}
