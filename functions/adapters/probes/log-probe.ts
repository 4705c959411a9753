import type { Pod } from "kubernetes-types/core/v1.d.ts";
import { countErrorLines } from "../../domain/log-errors.ts";
import type { ProbedCheck, ProbeReading } from "../../domain/probe.ts";
import type { ProbeContext } from "../../ports/probes.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import { HASH_LABELS } from "../kubernetes/pod-groups.ts";

type LogCheck = Extract<ProbedCheck, { type: "log_errors" }>;

const MOST_PODS = 2;
const LIMIT_BYTES = 65_536;

/** Counts lines that look like errors in the newest pods of the restored release. Only the number leaves this function: no line is kept. */
export async function logProbe(
  kubernetes: KubernetesClient,
  { tailLines }: LogCheck,
  { target, templateHash, since }: ProbeContext,
): Promise<ProbeReading> {
  const began = performance.now();
  if (templateHash === null) return { kind: "unreachable", reason: "which pods are the restored release's is not known" };
  const path = `/api/v1/namespaces/${encodeURIComponent(target.namespace)}/pods`;
  const pods = (await kubernetes.list<Pod>(path, `${HASH_LABELS[target.kind]}=${templateHash}`)) ?? [];
  const chosen = pods
    .filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
    .sort((a, b) => (b.metadata?.creationTimestamp ?? "").localeCompare(a.metadata?.creationTimestamp ?? ""))
    .slice(0, MOST_PODS);
  const query = (pod: Pod) =>
    new URLSearchParams({
      container: pod.spec?.containers[0]?.name ?? "",
      sinceTime: since.toISOString(),
      tailLines: String(tailLines),
      limitBytes: String(LIMIT_BYTES),
    });
  const answers = await Promise.all(
    chosen.map((pod) => kubernetes.text(`${path}/${encodeURIComponent(pod.metadata?.name ?? "")}/log?${query(pod)}`)),
  );
  const texts = answers.flatMap((answer) => (answer.outcome === "text" ? [answer.text] : []));
  if (texts.length === 0) return { kind: "unreachable", reason: `no pod of ${templateHash} has a log that can be read` };
  const value = countErrorLines(texts.flatMap((text) => text.split("\n")));
  return { kind: "answer", value, milliseconds: Math.round(performance.now() - began) };
}
