import type { Container, Pod } from "../objects.ts";
import { quantity } from "../quantities.ts";
import { fileAt } from "./pod-volumes.ts";

/** Memory under which the first container is killed when its limit is lower: `128Mi`. */
export const NEEDS_MEMORY_ANNOTATION = "rollguard.dev/needs-memory";
/** An environment variable without which the first container crashes: `MODE`, or `MODE=^(fast|safe)$` for what its value must match. */
export const NEEDS_ENV_ANNOTATION = "rollguard.dev/needs-env";
/** A file without which the first container crashes: `/etc/app/app.yaml`, or with `=<regular expression>` for its content. */
export const NEEDS_FILE_ANNOTATION = "rollguard.dev/needs-file";
/** What the app's ServiceAccount must be allowed before the app gets ready: `list configmaps`, `get deployments.apps`; several with commas. */
export const NEEDS_ACCESS_ANNOTATION = "rollguard.dev/needs-access";

/** How a run of a container ends. */
export interface ContainerEnd {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
  /** Last line of its log. */
  readonly log?: string;
}

/** What a container finds when it starts. */
export interface Surroundings {
  readonly variables: Readonly<Record<string, string>>;
  readonly files: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

export const OUT_OF_MEMORY: ContainerEnd = { exitCode: 137, reason: "OOMKilled" };

function parseNeed(text: string): { subject: string; pattern: RegExp | undefined } {
  const at = text.indexOf("=");
  return at < 0 ? { subject: text, pattern: undefined } : { subject: text.slice(0, at), pattern: new RegExp(text.slice(at + 1)) };
}

function complaint(
  value: string | undefined,
  pattern: RegExp | undefined,
  texts: { missing: string; invalid: string },
): string | undefined {
  if (value === undefined) return texts.missing;
  return pattern && !pattern.test(value) ? texts.invalid : undefined;
}

/** How the app ends at once because something that its annotations declare is not there; undefined when it runs. No value is ever in the text. */
export function unmetNeed(pod: Pod, container: Container, { variables, files }: Surroundings): ContainerEnd | undefined {
  if (container.name !== pod.spec.containers[0]?.name) return undefined;
  const { [NEEDS_MEMORY_ANNOTATION]: memory, [NEEDS_ENV_ANNOTATION]: env, [NEEDS_FILE_ANNOTATION]: file } = pod.metadata.annotations ?? {};
  const { limits } = (container.resources ?? {}) as { limits?: Record<string, string> };
  if (memory && limits?.memory && quantity(limits.memory) < quantity(memory)) return OUT_OF_MEMORY;
  const problems: (string | undefined)[] = [];
  if (env) {
    const { subject, pattern } = parseNeed(env);
    const texts = {
      missing: `environment variable ${subject} is not set`,
      invalid: `environment variable ${subject} has a value that is not known`,
    };
    problems.push(complaint(variables[subject], pattern, texts));
  }
  if (file) {
    const { subject, pattern } = parseNeed(file);
    const texts = { missing: `open ${subject}: no such file or directory`, invalid: `${subject} is not valid` };
    problems.push(complaint(fileAt(container, files, subject), pattern, texts));
  }
  const problem = problems.find((one) => one !== undefined);
  return problem === undefined ? undefined : { exitCode: 1, reason: "Error", log: `fatal: ${problem}` };
}

/** One thing that the app asks of the Kubernetes API. */
export interface NeededAccess {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
}

export function neededAccess(pod: Pod): NeededAccess[] {
  const text = pod.metadata.annotations?.[NEEDS_ACCESS_ANNOTATION] ?? "";
  const parts = text.split(",").map((part) => part.trim());
  return parts.flatMap((part) => {
    const [verb, target] = part.split(/\s+/);
    if (!verb || !target) return [];
    const [resource = "", ...group] = target.split(".");
    return [{ verb, resource, group: group.join(".") }];
  });
}
