import type { Finding } from "../evidence.ts";
import { unreachable } from "../time.ts";

const EXITS: Readonly<Record<number, string>> = {
  126: "its command cannot be executed",
  127: "its command does not exist in the image",
  134: "it aborts itself",
  137: "it is killed from outside, and not for its memory",
  139: "it reads memory that is not its own (segmentation fault)",
  143: "it is asked to stop (SIGTERM)",
};
const PULLS: Readonly<Record<string, string>> = {
  "not-found": "does not exist in its registry",
  denied: "may not be pulled by the nodes",
  throttled: "is not given out: the registry throttles pulls",
  unreachable: "cannot be reached from the nodes",
  invalid: "is no valid image name",
};

/** One sentence in terms of causes, with the names and numbers of the finding. */
export function causeOf({ class: findingClass, container, detail, subject = {} }: Finding): string {
  const who = container === null ? "the pod" : `container ${container}`;
  const { cause = "", name = "" } = subject;
  switch (findingClass) {
    case "image":
      return `image ${subject.image ?? "of the new version"} ${PULLS[cause] ?? "cannot be pulled"}`;
    case "missing-config":
      return missing(who, subject);
    case "out-of-memory":
      return memory(who, subject);
    case "app-rbac":
      return `ServiceAccount ${subject.serviceAccount} may not ${subject.verb} ${subject.resource}, and ${who} asks for it`;
    case "start":
      return start(who, cause, name, detail);
    case "crash-loop":
      return `${who} crashes: ${EXITS[subject.exitCode ?? 0] ?? `it ends itself${subject.exitCode === undefined ? "" : ` with exit code ${subject.exitCode}`}`}`;
    case "readiness-gate":
      return `the load balancer does not find the pods healthy (${name === "" ? "a readiness gate" : name})`;
    case "probe":
      return `the ${cause === "" ? "readiness" : cause} probe of ${who} fails${probe(subject)}`;
    case "admission":
      if (cause === "serviceaccount") return `ServiceAccount ${subject.serviceAccount} does not exist, so no pod can be made`;
      return `no pod can be made: ${cause === "" ? "admission" : `${cause === "policy" ? "PodSecurity policy" : "webhook"} ${name}`} refuses the template`;
    case "quota":
      return `quota ${subject.quota} leaves no room for further pods${subject.lack === undefined ? "" : ` (${subject.lack})`}`;
    case "scheduling":
      return `no node takes the pod${subject.lack === undefined ? "" : ` (${subject.lack})`}`;
    case "node-pressure":
      return subject.object === "Node"
        ? `node ${name} is unwell (${subject.lack})`
        : `a node ended pods${subject.lack === undefined ? "" : ` for lack of ${subject.lack}`}`;
    case "no-progress":
      return "the rollout makes no progress, and no pod tells why";
    case "our-rbac":
      return `Rollguard may not read everything (${name})`;
    default:
      return unreachable(findingClass);
  }
}

function missing(who: string, { object = "an object", name = "", key }: NonNullable<Finding["subject"]>): string {
  if (object === "environment variable") return `environment variable ${name} is not set for ${who}`;
  if (object === "file" || object === "module") return `${who} does not find the ${object} ${name}`;
  return key === undefined
    ? `${object} ${name} does not exist, and ${who} needs it`
    : `${object} ${name} has no key ${key}, and ${who} needs it`;
}

function memory(who: string, { limit, earlierLimit }: NonNullable<Finding["subject"]>): string {
  if (limit === undefined) return `${who} is killed for its memory; it has no limit of its own, so the node ran out`;
  if (earlierLimit === undefined) return `${who} needs more memory than its limit of ${limit}`;
  if (earlierLimit === limit) return `${who} needs more memory than its limit of ${limit}, which the earlier release has too`;
  return `${who} is killed at its memory limit of ${limit}; the earlier release has ${earlierLimit}`;
}

function start(who: string, cause: string, name: string, detail: string): string {
  switch (cause) {
    case "sandbox":
      return "a node cannot make a sandbox for the pod (network or addresses): that is the cluster, not the release";
    case "volume":
      return "a volume of the pod cannot be mounted";
    case "hook":
      return `a lifecycle hook of ${who} fails`;
    case "command":
      return `the image of ${who} has no command ${name}`;
    case "security":
      return `${who} would run as root, which its security context forbids`;
    default:
      return `${who} cannot be started (${detail})`;
  }
}

function probe({ httpCode, path, port }: NonNullable<Finding["subject"]>): string {
  const where = `${path === undefined ? "" : ` at ${path}`}${port === undefined ? "" : ` on port ${port}`}`;
  return httpCode === undefined ? where : ` with HTTP ${httpCode}${where}`;
}
