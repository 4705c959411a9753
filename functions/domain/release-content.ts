import type { Sha256 } from "./execution-name.ts";
import type { ReleaseParts } from "./release.ts";

/** Long enough that two releases of one service never share it, short enough to be typed. */
const HASH_CHARACTERS = 12;
/** Enough to see that something differs, too few to find out a literal value by trying. */
const FACET_CHARACTERS = 4;

/** A pod template as JSON; only what is looked at has a name. */
export interface TemplateJson {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>> | undefined;
    readonly annotations?: Readonly<Record<string, string>> | undefined;
    readonly [key: string]: unknown;
  };
  readonly spec?: {
    readonly containers?: readonly ContainerJson[];
    readonly initContainers?: readonly ContainerJson[];
    readonly [key: string]: unknown;
  };
}

export interface ContainerJson {
  readonly name: string;
  readonly image?: string;
  readonly [key: string]: unknown;
}

/** Annotations that only say "start the pods again"; the second one is Rollguard's own. */
export const RESTART_ANNOTATIONS = ["kubectl.kubernetes.io/restartedAt", "rollguard.dev/restarted-by"] as const;
/** Labels that controllers put into a revision's template. */
const HASH_LABELS = ["pod-template-hash", "controller-revision-hash", "rollouts-pod-template-hash"];

/** The same text for the same content: keys sorted; null, empty lists and absent are one, as for the API server. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(canonical(value)) ?? "null";
}

/** The template without the labels of controllers: as a workload may carry it. */
export function plainTemplate({ metadata = {}, ...rest }: TemplateJson): TemplateJson {
  const { creationTimestamp: _never, ...kept } = metadata;
  return { ...rest, metadata: { ...kept, labels: without(metadata.labels, HASH_LABELS) } };
}

/** The template as people wrote it: also without the marks of restarts. */
function essentialTemplate(template: TemplateJson): TemplateJson {
  const { metadata = {}, ...rest } = plainTemplate(template);
  return { ...rest, metadata: { ...metadata, annotations: without(metadata.annotations, RESTART_ANNOTATIONS) } };
}

/** The name of a release by its content: equal for equal content, whatever the order of keys, the revision that holds it or the copies made of it. */
export function releaseHash(parts: ReleaseParts, template: TemplateJson, sha256: Sha256): string {
  const { images, strategy, scale, hpa, pdb, configs, service, routes, fixed } = parts;
  const content = {
    template: essentialTemplate(template),
    images: sorted(images, ({ container }) => container),
    strategy,
    replicas: scale.owner === null ? scale.replicas : null,
    hpa,
    pdb,
    configs: sorted(
      configs.map(({ kind, name, dataHash, immutable }) => ({ kind, name, dataHash, immutable })),
      ({ kind, name }) => `${kind}/${name}`,
    ),
    service,
    routes: sorted(
      routes.map(({ route, weights, owner }) => ({ route, weights: owner === null ? weights : null })),
      ({ route }) => `${route.router}/${route.name}/${route.rule ?? ""}`,
    ),
    fixed,
  };
  return sha256(canonicalJson(content)).slice(0, HASH_CHARACTERS);
}

/** Hash of one object's content, for parts that are only compared. */
export function contentHash(value: unknown, sha256: Sha256): string {
  return sha256(canonicalJson(value));
}

/** Aspects of the template in the words that people use, each with a short hash. Images are told by their own part. */
export function templateFacets(template: TemplateJson, sha256: Sha256): Record<string, string> {
  const { metadata = {}, spec = {} } = essentialTemplate(template);
  const { containers = [], initContainers = [], ...pod } = spec;
  const facets: Record<string, string> = {};
  const add = (name: string, value: unknown) => {
    if (canonical(value) !== undefined) facets[name] = sha256(canonicalJson(value)).slice(0, FACET_CHARACTERS);
  };
  for (const [kind, list] of [
    ["container", containers],
    ["init container", initContainers],
  ] as const) {
    for (const { name, image: _image, ...aspects } of list) {
      add(`${kind} ${name}`, name);
      for (const [aspect, value] of Object.entries(grouped(aspects, CONTAINER_ASPECTS))) add(`${aspect} of ${kind} ${name}`, value);
    }
  }
  for (const [aspect, value] of Object.entries(grouped(pod, POD_ASPECTS))) add(aspect, value);
  add("pod labels", metadata.labels);
  add("pod annotations", metadata.annotations);
  return facets;
}

const CONTAINER_ASPECTS: Readonly<Record<string, string>> = {
  resources: "limits",
  env: "environment",
  envFrom: "environment",
  command: "command",
  args: "command",
  livenessProbe: "probes",
  readinessProbe: "probes",
  startupProbe: "probes",
  ports: "ports",
  volumeMounts: "volume mounts",
  securityContext: "security context",
};

const POD_ASPECTS: Readonly<Record<string, string>> = {
  volumes: "volumes",
  serviceAccount: "service account",
  serviceAccountName: "service account",
  securityContext: "pod security context",
  nodeSelector: "scheduling",
  affinity: "scheduling",
  tolerations: "scheduling",
  topologySpreadConstraints: "scheduling",
  priorityClassName: "scheduling",
  schedulerName: "scheduling",
};

/** Fields by the aspect they belong to; what has no word of its own is a setting. */
function grouped(fields: Readonly<Record<string, unknown>>, aspects: Readonly<Record<string, string>>): Record<string, object> {
  const groups: Record<string, Record<string, unknown>> = {};
  for (const [field, value] of Object.entries(fields)) {
    if (canonical(value) === undefined) continue;
    const aspect = aspects[field] ?? "settings";
    groups[aspect] = { ...groups[aspect], [field]: value };
  }
  return groups;
}

function canonical(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item) => canonical(item) ?? null);
  if (typeof value !== "object") return value;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const kept = canonical(item);
    return kept === undefined ? [] : [[key, kept] as const];
  });
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function without(map: Readonly<Record<string, string>> | undefined, keys: readonly string[]): Record<string, string> | undefined {
  const kept = Object.entries(map ?? {}).filter(([key]) => !keys.includes(key));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function sorted<Item>(items: readonly Item[], key: (item: Item) => string): Item[] {
  return [...items].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}
