import type { LogFacts, PodFacts } from "../../domain/diagnosis/evidence-bundle.ts";
import { redact } from "../../domain/redact.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";

const TAIL_LINES = 200;
const LIMIT_BYTES = 65_536;
const KEPT_LINES = 60;
const LINE_LENGTH = 400;

/** The end of the log of the container that matters, of its previous run if it was restarted; null when it never ran. Redacted. */
export async function readLog(kubernetes: KubernetesClient, namespace: string, pod: PodFacts): Promise<LogFacts | null> {
  const container = telling(pod);
  if (container === null) return null;
  const read = async (previous: boolean) => {
    const query = new URLSearchParams({
      container: container.name,
      ...(previous ? { previous: "true" } : {}),
      tailLines: String(TAIL_LINES),
      limitBytes: String(LIMIT_BYTES),
      timestamps: "true",
    });
    const segment = encodeURIComponent;
    const answer = await kubernetes.text(`/api/v1/namespaces/${segment(namespace)}/pods/${segment(pod.name)}/log?${query}`);
    if (answer.outcome !== "text") return null;
    return { pod: pod.name, templateHash: pod.templateHash, container: container.name, previous, lines: lastLines(answer.text) };
  };
  // 400: the kubelet has no run before this one (any more).
  return (container.restarts > 0 && !container.ready ? await read(true) : null) ?? (await read(false));
}

/** The container that fails, else the first one of the app; null while it has not run. */
function telling({ containers }: PodFacts): PodFacts["containers"][number] | null {
  const candidates = containers.filter(({ role }) => role !== "ephemeral");
  const chosen =
    candidates.find(({ failing }) => failing) ??
    candidates.find(({ role, ready }) => role === "app" && !ready) ??
    candidates.find(({ role }) => role === "app");
  return chosen !== undefined && (chosen.running || chosen.end !== null || chosen.restarts > 0) ? chosen : null;
}

/** A log that was cut in the middle of a line may have cut a secret in two: that line is left out. */
function lastLines(text: string): string[] {
  const whole = Buffer.byteLength(text) < LIMIT_BYTES ? text : text.slice(0, text.lastIndexOf("\n") + 1);
  return redact(whole)
    .split("\n")
    .map((line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH - 1)}…` : line))
    .filter((line) => line.trim() !== "")
    .slice(-KEPT_LINES);
}
