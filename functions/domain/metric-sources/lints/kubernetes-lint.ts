import { metricsOf } from "../namespaces.ts";
import type { SignalFinding, SignalLint } from "./signal-lint.ts";

/**
 * What the agents on EKS need before they publish. Sources: "Application Signals" (set-up on EKS) and "Amazon EKS and Kubernetes Container Insights with
 * enhanced observability metrics".
 */
export const kubernetesLint: SignalLint = ({ source }) => {
  const metrics = metricsOf(source);
  const findings: SignalFinding[] = [];
  if (metrics.some(({ namespace }) => namespace === "ApplicationSignals"))
    findings.push({
      message: "Application Signals has data only of pods that the CloudWatch agent instruments, one value a minute",
      fix: "install the add-on amazon-cloudwatch-observability, annotate the pods, and compare Environment and Service with the console",
    });
  const limited = metrics.find(({ namespace, name }) => namespace === "ContainerInsights" && /_over_(pod|container)_limit$/.test(name));
  if (limited !== undefined)
    findings.push({
      message: `${limited.name} has no data unless every container of the pod has a limit`,
      fix: "set limits, or describe the signal by pod_cpu_utilization or pod_memory_utilization, which are shares of the node",
    });
  if (metrics.some(({ namespace, name }) => namespace === "ContainerInsights" && /^(replicas_|status_replicas_|pod_status_)/.test(name)))
    findings.push({
      message: "Container Insights counts replicas only with enhanced observability",
      fix: "install the add-on amazon-cloudwatch-observability, which has it on by default",
    });
  return findings;
};
