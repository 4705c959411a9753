import type { FindingSubject } from "../evidence.ts";

/** What a registry answered, from the words of a failed pull: asked in this order, since "denied" is also said of what does not exist. */
const PULL_CAUSES: readonly (readonly [string, RegExp])[] = [
  ["throttled", /\b429\b|too ?many ?requests|rate limit|pull QPS exceeded/i],
  ["denied", /denied|unauthorized|forbidden|\b40[13]\b|no basic auth credentials|authorization (?:failed|token)|insufficient_scope/i],
  ["not-found", /not found|manifest unknown|name unknown|does not exist|no such manifest/i],
  ["unreachable", /timeout|no such host|connection (?:refused|reset)|handshake|deadline exceeded|x509|unavailable|unexpected EOF/i],
];

/** `not-found`, `denied`, `throttled` or `unreachable`; undefined when the message does not tell. */
export function pullCause(message: string): string | undefined {
  return PULL_CAUSES.find(([, pattern]) => pattern.test(message))?.[0];
}

const OBJECT_KINDS: Readonly<Record<string, string>> = {
  configmap: "ConfigMap",
  config: "ConfigMap",
  secret: "Secret",
  persistentvolumeclaim: "PersistentVolumeClaim",
};

/** The object, or the key in it, that a container or a volume needs and that does not exist; null when the message is about something else. */
export function missingObject(message: string): FindingSubject | null {
  const key = /couldn't find key (\S+) in (ConfigMap|Secret) [^/\s]+\/([^\s,]+)/i.exec(message);
  if (key) return { object: kindOf(key[2]), name: key[3], key: key[1] };
  const mounted = /volume "([^"]+)"\s*: references non-existent (config|secret) key: (\S+)/i.exec(message);
  if (mounted) return { object: kindOf(mounted[2]), name: `of volume ${mounted[1]}`, key: mounted[3] };
  const object = /\b(configmap|secret|persistentvolumeclaim) "([^"]+)" not found/i.exec(message);
  return object ? { object: kindOf(object[1]), name: object[2] } : null;
}

const PROBE = /(readiness|liveness|startup) probe (?:failed|errored)/i;

/** Which probe failed, and how; null when the message is not about one. */
export function failedProbe(message: string): FindingSubject | null {
  const kind = PROBE.exec(message)?.[1]?.toLowerCase();
  if (kind === undefined) return null;
  const code = /statuscode: (\d{3})/.exec(message)?.[1];
  const url = /Get "?https?:\/\/[^/\s":]+(?::(\d+))?(\/[^\s":?]*)?/.exec(message);
  return {
    cause: kind,
    ...(code ? { httpCode: Number(code) } : {}),
    ...(url?.[2] ? { path: url[2] } : {}),
    ...(url?.[1] ? { port: url[1] } : {}),
  };
}

const FORBIDDEN =
  /is forbidden: User \\?"system:serviceaccount:([^:"\\]+):([^"\\]+)\\?" cannot (\w+) resource \\?"([^"\\]+)\\?" in API group \\?"([^"\\]*)\\?"(?: in the namespace \\?"([^"\\]+)\\?")?/;

/** What Kubernetes refused to the workload's own ServiceAccount, as a line of its log says; null when it says nothing of the kind. */
export function refusedAccess(line: string): FindingSubject | null {
  const found = FORBIDDEN.exec(line);
  if (!found) return null;
  const [, home = "", serviceAccount = "", verb = "", resource = "", apiGroup = "", namespace] = found;
  return { serviceAccount: `${home}/${serviceAccount}`, verb, resource, apiGroup, ...(namespace ? { namespace } : {}) };
}

/** The rule that allows it, as it stands in a Role. */
export function ruleFor({ apiGroup = "", resource = "", verb = "" }: FindingSubject): string {
  return `{apiGroups: ["${apiGroup}"], resources: ["${resource}"], verbs: ["${verb}"]}`;
}

const PATH = "[\\w@./-]+";
const MISSING_FILE = [
  /Cannot find (?:module|package) '([^']+)'/,
  new RegExp(`ENOENT: no such file or directory, \\w+ '(${PATH})'`),
  new RegExp(`(?:open|stat|read) (${PATH}): no such file or directory`),
  new RegExp(`No such file or directory: '(${PATH})'`),
  new RegExp(`(?:FileNotFoundException|NoSuchFileException): (${PATH})`),
  new RegExp(
    `(?:can(?:no|')t|could not|unable to|failed to) (?:open|read|load|find)(?: the)?(?: config(?:uration)?)?(?: file)?:? ['"]?(${PATH}\\.\\w+)`,
    "i",
  ),
];
const MISSING_VARIABLE = [
  /environment variable:? ["'`]?([A-Z][A-Z0-9_]{2,})["'`]? (?:is |was )?(?:not set|not found|missing|required|undefined|empty)/i,
  /(?:missing|required)(?: required)? environment variable:? ["'`]?([A-Z][A-Z0-9_]{2,})/i,
  /KeyError: '([A-Z][A-Z0-9_]{2,})'/,
];

/** A file or an environment variable without which the app ended, as its log says; null when it says nothing of the kind. */
export function missingFromLog(line: string): FindingSubject | null {
  const variable = firstGroup(MISSING_VARIABLE, line);
  if (variable !== undefined) return { object: "environment variable", name: variable };
  const file = firstGroup(MISSING_FILE, line);
  if (file === undefined) return null;
  return { object: /^\.{0,2}\/|\.\w{1,5}$/.test(file) ? "file" : "module", name: file };
}

/** Why the API server did not let a controller make a pod; null when it was neither quota nor admission. */
export function refusedPod(message: string): { readonly class: "quota" | "admission"; readonly subject: FindingSubject } | null {
  const quota = /(?:exceeded|failed) quota: ([^,:\s]+)/.exec(message);
  if (quota) {
    const lack = /requested: (.+?), used: (.+?), limited: (.+?)(?:$|[;"])/.exec(message);
    return { class: "quota", subject: { quota: quota[1], ...(lack ? { lack: `${lack[1]} with ${lack[2]} of ${lack[3]} used` } : {}) } };
  }
  const account = /serviceaccount "([^"]+)" not found/.exec(message);
  if (account) return { class: "admission", subject: { cause: "serviceaccount", serviceAccount: account[1] } };
  const policy = /violates PodSecurity "([^"]+)"/.exec(message);
  if (policy) return { class: "admission", subject: { cause: "policy", name: policy[1] } };
  const webhook = /(?:admission|failed calling) webhook "([^"]+)"/.exec(message);
  if (webhook) return { class: "admission", subject: { cause: "webhook", name: webhook[1] } };
  return /is forbidden|denied the request/.test(message) ? { class: "admission", subject: {} } : null;
}

function kindOf(word = ""): string {
  return OBJECT_KINDS[word.toLowerCase()] ?? word;
}

function firstGroup(patterns: readonly RegExp[], text: string): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}
