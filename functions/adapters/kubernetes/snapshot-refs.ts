import type { Container, EphemeralContainer, PodSpec, Volume } from "kubernetes-types/core/v1.d.ts";

/** One object of the namespace that a template names. */
export interface ConfigName {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
}

/**
 * Every ConfigMap and Secret that pods of this template read: environments (whole and by key), volumes, projected volumes; of init and ephemeral containers
 * too. Secrets of volume drivers are the driver's, so they are left out. Each once, by name.
 */
export function configNames(spec: PodSpec): ConfigName[] {
  const containers: readonly (Container | EphemeralContainer)[] = [
    ...spec.containers,
    ...(spec.initContainers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ];
  const names = [
    ...containers.flatMap(environmentNames),
    ...(spec.volumes ?? []).flatMap(volumeNames),
    ...(spec.imagePullSecrets ?? []).flatMap(({ name }) => named("Secret", name)),
  ];
  const byKey = new Map(names.map((entry) => [`${entry.kind}/${entry.name}`, entry]));
  return [...byKey].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, entry]) => entry);
}

function environmentNames({ env = [], envFrom = [] }: Container | EphemeralContainer): ConfigName[] {
  return [
    ...envFrom.flatMap(({ configMapRef, secretRef }) => [...named("ConfigMap", configMapRef?.name), ...named("Secret", secretRef?.name)]),
    ...env.flatMap(({ valueFrom }) => [
      ...named("ConfigMap", valueFrom?.configMapKeyRef?.name),
      ...named("Secret", valueFrom?.secretKeyRef?.name),
    ]),
  ];
}

function volumeNames({ configMap, secret, projected }: Volume): ConfigName[] {
  return [
    ...named("ConfigMap", configMap?.name),
    ...named("Secret", secret?.secretName),
    ...(projected?.sources ?? []).flatMap((source) => [
      ...named("ConfigMap", source.configMap?.name),
      ...named("Secret", source.secret?.name),
    ]),
  ];
}

function named(kind: ConfigName["kind"], name: string | undefined): ConfigName[] {
  return name ? [{ kind, name }] : [];
}
