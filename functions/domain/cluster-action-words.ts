import type { ClusterAction } from "./cluster-action.ts";
import { unreachable } from "./time.ts";

/** One phrase for people, in the infinitive: what a plan step does to which object. */
export function describeAction(action: ClusterAction): string {
  switch (action.kind) {
    case "hold-gitops":
      return `suspend ${objectOf(action)}, which would apply the bad version again`;
    case "resume-gitops":
      return `give the workload back to ${objectOf(action)}`;
    case "hold-autoscaler":
      return `keep HorizontalPodAutoscaler ${action.hpa} at ${action.minReplicas} replicas or more, without scaling down`;
    case "release-autoscaler":
      return `put the settings of HorizontalPodAutoscaler ${action.hpa} back`;
    case "restore-autoscaler":
      return `bounds of HorizontalPodAutoscaler ${action.hpa} back to ${action.minReplicas} to ${action.maxReplicas}`;
    case "set-weights":
      return `traffic of ${action.route.name}: ${percentages(action.weights)}`;
    case "restore-config":
      return `content of ${action.configs.map(({ kind, name }) => `${kind} ${name}`).join(", ")} back${action.restart ? ", and the pods restarted" : ""}`;
    case "pause-at-share":
      return `pause the rollout with ${action.replicas} pods of ${action.replicaSet} beside the new ones, for ${action.seconds} s: nearly twice the pods meanwhile`;
    case "resume":
      return `resume the rollout towards ${action.to === "restored" ? "the earlier" : "the new"} template ${action.templateHash}`;
    case "abort-rollout":
      return `abort Rollout ${action.rollout}: all traffic to its stable version`;
    case "promote-rollout":
      return `promote Rollout ${action.rollout} fully to template ${action.templateHash}: no steps on the way back`;
    case "scale-arm":
      return `${action.replicas} replicas for Deployment ${action.deployment}`;
    case "switch-selector":
      return `Service ${action.service} to the pods with ${Object.entries(action.selector)
        .map((pair) => pair.join("="))
        .join(", ")}`;
    case "protect-pods":
      return `pods of template ${action.templateHash} out of the Service (label ${action.label}=${action.value})`;
    case "maintenance":
      return action.set === "on"
        ? `all traffic of ${action.route.name} to ${action.backend}`
        : `traffic of ${action.route.name} back from ${action.backend}`;
    case "run-check":
      return `run CronJob ${action.job} once, as a check`;
    case "watch":
      return `watch the service for ${action.seconds} s, its alarms re-read`;
    case "analyse":
      return action.compare === "arms"
        ? `judge the new version against the stable one, for at most ${action.seconds} s`
        : `judge the service against the time before the change, for at most ${action.seconds} s`;
    case "invoke-hook":
      return `call the ${action.phase} hook ${action.hook}`;
    case "relax-rollout":
      return `go on without surge, ${action.maxUnavailable} pods at a time`;
    case "release-guard":
      return "give the fields back to whoever applies next";
    case "replace-pods":
      return action.pods === "broken"
        ? "delete pods that are not ready and not of the restored revision"
        : "delete the pods one by one, as strategy OnDelete wants it";
    case "quarantine-replica-set":
      return `mark the failed ReplicaSet ${action.replicaSet}`;
    case "delete-replica-set":
      return `delete the failed ReplicaSet ${action.replicaSet}`;
    case "watch-drift":
      return `watch for ${action.seconds} s that the restored release stays`;
    default:
      return unreachable(action);
  }
}

function objectOf({ gitops: { object } }: Extract<ClusterAction, { kind: "hold-gitops" | "resume-gitops" }>): string {
  return `${object.kind} ${object.namespace}/${object.name}`;
}

function percentages(weights: Readonly<Record<string, number>>): string {
  return Object.entries(weights)
    .map(([arm, weight]) => `${weight} % ${arm}`)
    .join(", ");
}
