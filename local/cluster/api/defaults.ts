import type { KubernetesObject } from "../objects.ts";
import { BUILT_IN_OBJECT_DEFAULTS, BUILT_IN_SPEC_DEFAULTS } from "./built-in-defaults.ts";
import type { ResourceType } from "./resource-types.ts";
import { applySchemaDefaults } from "./structural-schema.ts";
import { WORKLOAD_DEFAULTS } from "./workload-defaults.ts";

type Fields = Record<string, unknown>;

function asFields(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function asList(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter((one): one is Fields => asFields(one) !== undefined) : [];
}

/** Sets what is absent. */
export function fill(target: Fields, defaults: Fields): void {
  for (const [key, value] of Object.entries(defaults)) {
    if (target[key] === undefined) target[key] = value;
  }
}

const isEmpty = (value: unknown): boolean => asFields(value) !== undefined && Object.keys(value as Fields).length === 0;

/** Go leaves these out when they hold their zero value, so a server never stores them. */
export function dropZeroValues(target: Fields, keys: readonly string[]): void {
  for (const key of keys) {
    const value = target[key];
    if (value === false || value === 0 || value === "" || isEmpty(value) || (Array.isArray(value) && value.length === 0))
      delete target[key];
  }
}

function dropNulls(value: unknown): void {
  if (Array.isArray(value)) value.forEach(dropNulls);
  const fields = asFields(value);
  if (!fields) return;
  for (const [key, part] of Object.entries(fields)) {
    if (part === null && key !== "eventTime") delete fields[key];
    else dropNulls(part);
  }
}

function defaultProbe(probe: Fields): void {
  fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  const httpGet = asFields(probe.httpGet);
  if (httpGet) fill(httpGet, { path: "/", scheme: "HTTP" });
}

function defaultContainer(container: Fields): void {
  const image = String(container.image ?? "");
  const tag = image.includes("@") ? "digest" : (/:([^/:]+)$/.exec(image)?.[1] ?? "latest");
  fill(container, {
    resources: {},
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: tag === "latest" ? "Always" : "IfNotPresent",
  });
  dropZeroValues(container, ["command", "args", "env", "envFrom", "ports", "volumeMounts", "workingDir"]);
  for (const port of asList(container.ports)) fill(port, { protocol: "TCP" });
  for (const variable of asList(container.env)) {
    const fieldRef = asFields(asFields(variable.valueFrom)?.fieldRef);
    if (fieldRef) fill(fieldRef, { apiVersion: "v1" });
  }
  for (const kind of ["livenessProbe", "readinessProbe", "startupProbe"]) {
    const probe = asFields(container[kind]);
    if (probe) defaultProbe(probe);
  }
}

function defaultPodSpec(spec: Fields): void {
  fill(spec, {
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    securityContext: {},
    schedulerName: "default-scheduler",
  });
  dropZeroValues(spec, ["initContainers", "volumes", "nodeSelector", "tolerations", "imagePullSecrets", "hostNetwork"]);
  for (const container of [...asList(spec.containers), ...asList(spec.initContainers)]) defaultContainer(container);
  for (const volume of asList(spec.volumes)) {
    for (const kind of ["configMap", "secret", "projected", "downwardAPI"]) {
      const source = asFields(volume[kind]);
      if (source) fill(source, { defaultMode: 420 });
    }
  }
}

/** Completes the pod template of a workload. */
export function defaultTemplate(spec: Fields): void {
  const template = asFields(spec.template) ?? {};
  spec.template = template;
  const metadata = asFields(template.metadata) ?? {};
  dropZeroValues(metadata, ["labels", "annotations"]);
  template.metadata = { creationTimestamp: null, ...metadata };
  const podSpec = asFields(template.spec) ?? {};
  template.spec = podSpec;
  defaultPodSpec(podSpec);
}

function defaultDeployment(spec: Fields): void {
  defaultTemplate(spec);
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: {} });
  dropZeroValues(spec, ["paused", "minReadySeconds"]);
  const strategy = asFields(spec.strategy) ?? {};
  fill(strategy, { type: "RollingUpdate" });
  if (strategy.type === "RollingUpdate") {
    const rollingUpdate = asFields(strategy.rollingUpdate) ?? {};
    fill(rollingUpdate, { maxUnavailable: "25%", maxSurge: "25%" });
    strategy.rollingUpdate = rollingUpdate;
  }
}

const SPEC_DEFAULTS: Readonly<Record<string, (spec: Fields) => void>> = {
  deployments: defaultDeployment,
  replicasets: (spec) => {
    defaultTemplate(spec);
    fill(spec, { replicas: 1 });
    dropZeroValues(spec, ["minReadySeconds"]);
  },
  pods: (spec) => {
    defaultPodSpec(spec);
    fill(spec, { enableServiceLinks: true });
  },
  namespaces: (spec) => fill(spec, { finalizers: ["kubernetes"] }),
};

/** Fills in what a real server fills in, and drops what Go would not write (nulls, zero values). Changes the object given. */
export function applyDefaults(type: ResourceType, object: KubernetesObject): void {
  dropZeroValues(object.metadata as unknown as Fields, ["labels", "annotations", "finalizers", "ownerReferences", "managedFields"]);
  dropNulls(object.metadata);
  if (type.custom) {
    applySchemaDefaults(type.custom.schema, object);
    return;
  }
  if (type.plural !== "controllerrevisions") dropNulls(object);
  BUILT_IN_OBJECT_DEFAULTS[type.plural]?.(object);
  const applySpecDefaults = SPEC_DEFAULTS[type.plural] ?? WORKLOAD_DEFAULTS[type.plural] ?? BUILT_IN_SPEC_DEFAULTS[type.plural];
  if (!applySpecDefaults) return;
  const spec = asFields(object.spec) ?? {};
  object.spec = spec;
  applySpecDefaults(spec, object);
}
