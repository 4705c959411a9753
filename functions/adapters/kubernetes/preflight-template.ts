import type { Container, PodTemplateSpec, Probe } from "kubernetes-types/core/v1.d.ts";
import type { ConfigNeed, TemplateNeeds } from "../../domain/preflight-facts.ts";
import { exclusiveResource } from "./deployment-patch.ts";
import { podResources } from "./resource-quantity.ts";

/** Schedule, sandbox and start of the process with the image on the Node; a guess. */
const START_SECONDS = 2;
/** Until an application without probes answers; a guess. */
const UNPROBED_SECONDS = 5;

/** One reference to a ConfigMap or Secret. `key` null: the object as a whole. */
interface Reference extends Pick<ConfigNeed, "kind" | "name"> {
  readonly key: string | null;
}

/** What a template needs of its cluster. Names, keys and numbers, never a value. */
export function needsOfTemplate(template: PodTemplateSpec): TemplateNeeds {
  const { spec } = template;
  const containers = containersOf(template);
  return {
    images: [...new Set(containers.flatMap(({ image }) => image ?? []))],
    configs: grouped([...containers.flatMap(fromContainer), ...fromVolumes(template)]),
    serviceAccount: spec?.serviceAccountName ?? spec?.serviceAccount ?? null,
    claims: (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []),
    priorityClass: spec?.priorityClassName ?? null,
    requests: podResources(spec, "requests"),
    limits: podResources(spec, "limits"),
    exclusive: exclusiveResource(template),
    readinessGates: (spec?.readinessGates ?? []).map(({ conditionType }) => conditionType),
    startSeconds: START_SECONDS + Math.max(0, ...(spec?.containers ?? []).map(probedSeconds)),
  };
}

function containersOf({ spec }: PodTemplateSpec): readonly Container[] {
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
}

function fromContainer({ env = [], envFrom = [] }: Container): Reference[] {
  return [
    ...envFrom.flatMap(({ configMapRef, secretRef }) => [
      ...reference("ConfigMap", configMapRef?.name, null, configMapRef?.optional),
      ...reference("Secret", secretRef?.name, null, secretRef?.optional),
    ]),
    ...env.flatMap(({ valueFrom }) => [
      ...reference("ConfigMap", valueFrom?.configMapKeyRef?.name, valueFrom?.configMapKeyRef?.key, valueFrom?.configMapKeyRef?.optional),
      ...reference("Secret", valueFrom?.secretKeyRef?.name, valueFrom?.secretKeyRef?.key, valueFrom?.secretKeyRef?.optional),
    ]),
  ];
}

function fromVolumes({ spec }: PodTemplateSpec): Reference[] {
  const items = (
    kind: Reference["kind"],
    name: string | undefined,
    keys: readonly { key: string }[] | undefined,
    optional: boolean | undefined,
  ) =>
    keys === undefined || keys.length === 0
      ? reference(kind, name, null, optional)
      : keys.flatMap(({ key }) => reference(kind, name, key, optional));
  return (spec?.volumes ?? []).flatMap(({ configMap, secret, projected }) => [
    ...items("ConfigMap", configMap?.name, configMap?.items, configMap?.optional),
    ...items("Secret", secret?.secretName, secret?.items, secret?.optional),
    ...(projected?.sources ?? []).flatMap((source) => [
      ...items("ConfigMap", source.configMap?.name, source.configMap?.items, source.configMap?.optional),
      ...items("Secret", source.secret?.name, source.secret?.items, source.secret?.optional),
    ]),
  ]);
}

function reference(
  kind: Reference["kind"],
  name: string | undefined,
  key: string | null | undefined,
  optional: boolean | undefined,
): Reference[] {
  return name === undefined || optional === true ? [] : [{ kind, name, key: key ?? null }];
}

/** Each object once, with every key that is named. */
function grouped(references: readonly Reference[]): ConfigNeed[] {
  const needs = new Map<string, ConfigNeed>();
  for (const { kind, name, key } of references) {
    const known = needs.get(`${kind} ${name}`)?.keys ?? [];
    needs.set(`${kind} ${name}`, { kind, name, keys: key === null || known.includes(key) ? known : [...known, key] });
  }
  return [...needs.values()];
}

function probedSeconds({ startupProbe, readinessProbe }: Container): number {
  const wait = (probe: Probe | undefined) => (probe === undefined ? 0 : (probe.initialDelaySeconds ?? 0) + (probe.periodSeconds ?? 10) / 2);
  return startupProbe === undefined && readinessProbe === undefined ? UNPROBED_SECONDS : wait(startupProbe) + wait(readinessProbe);
}
