import type { ProbedCheck, ProbeReading } from "../../domain/probe.ts";
import type { ProbeContext } from "../../ports/probes.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import { readyBehind } from "../traffic/endpoints.ts";

type EndpointsCheck = Extract<ProbedCheck, { type: "endpoints_ready" }>;

/** Ready addresses behind a Service, whichever release they run. A Service that is not there says nothing of the release. */
export async function endpointsProbe(
  kubernetes: KubernetesClient,
  { kubernetesService }: EndpointsCheck,
  { target }: ProbeContext,
): Promise<ProbeReading> {
  const began = performance.now();
  const ready = await readyBehind(kubernetes, target.namespace, kubernetesService);
  if (ready === null) return { kind: "unreachable", reason: `Service ${target.namespace}/${kubernetesService} does not exist` };
  return { kind: "answer", value: ready.length, milliseconds: Math.round(performance.now() - began) };
}
