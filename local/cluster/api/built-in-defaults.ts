import { randomInt } from "node:crypto";
import type { KubernetesObject } from "../objects.ts";
import { fill } from "./defaults.ts";

type Fields = Record<string, unknown>;

const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? (value as Fields[]) : []);

const RULES = {
  up: {
    stabilizationWindowSeconds: 0,
    selectPolicy: "Max",
    policies: [
      { type: "Pods", value: 4, periodSeconds: 15 },
      { type: "Percent", value: 100, periodSeconds: 15 },
    ],
  },
  down: { selectPolicy: "Max", policies: [{ type: "Percent", value: 100, periodSeconds: 15 }] },
};

function defaultAutoscaler(spec: Fields): void {
  fill(spec, { minReplicas: 1 });
  if (listOf(spec.metrics).length === 0) {
    spec.metrics = [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } }];
  }
  const behavior = spec.behavior as { scaleUp?: Fields; scaleDown?: Fields } | undefined;
  if (!behavior) return;
  behavior.scaleUp ??= {};
  behavior.scaleDown ??= {};
  fill(behavior.scaleUp, structuredClone(RULES.up));
  fill(behavior.scaleDown, structuredClone(RULES.down));
}

/** Addresses are drawn, not counted: a collision among the few Services of a test is a chance of one in thousands and harms nothing. */
function defaultService(spec: Fields): void {
  fill(spec, { type: "ClusterIP", sessionAffinity: "None" });
  if (spec.type !== "ExternalName") fill(spec, { clusterIP: `10.96.${randomInt(256)}.${randomInt(1, 255)}` });
  if (spec.clusterIP) fill(spec, { clusterIPs: [spec.clusterIP] });
  for (const port of listOf(spec.ports)) fill(port, { protocol: "TCP", targetPort: port.port });
}

function defaultSecret(secret: KubernetesObject): void {
  fill(secret, { type: "Opaque" });
  const { stringData, ...rest } = secret as KubernetesObject & { stringData?: Record<string, string>; data?: Record<string, string> };
  if (!stringData) return;
  const encoded = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
  secret.data = { ...rest.data, ...Object.fromEntries(encoded) };
  delete secret.stringData;
}

function defaultWebhooks(configuration: KubernetesObject): void {
  for (const webhook of listOf(configuration.webhooks)) {
    fill(webhook, { failurePolicy: "Fail", matchPolicy: "Equivalent", timeoutSeconds: 10, namespaceSelector: {}, objectSelector: {} });
    for (const rule of listOf(webhook.rules)) fill(rule, { scope: "*" });
  }
}

/** What a server fills into the `spec` of kinds that are no workloads. */
export const BUILT_IN_SPEC_DEFAULTS: Readonly<Record<string, (spec: Fields) => void>> = {
  services: defaultService,
  horizontalpodautoscalers: defaultAutoscaler,
};

/** The same for kinds without a spec. */
export const BUILT_IN_OBJECT_DEFAULTS: Readonly<Record<string, (object: KubernetesObject) => void>> = {
  secrets: defaultSecret,
  validatingwebhookconfigurations: defaultWebhooks,
  priorityclasses: (object) => fill(object, { preemptionPolicy: "PreemptLowerPriority" }),
};
