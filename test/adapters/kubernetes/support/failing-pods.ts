import { anEvent } from "./evidence-cluster.ts";
import { CONTAINER_ROWS } from "./failing-containers.ts";
import {
  type FailingRow,
  FORBIDDEN,
  identified,
  log,
  podEvent,
  probed,
  SCHEDULED,
  THE_REPLICA_SET,
  unready,
  waiting,
} from "./failing-pod-parts.ts";
import { aCondition, aPod } from "./kubernetes-objects.ts";

/** Every row. */
export const FAILING_ROWS: readonly FailingRow[] = [
  ...CONTAINER_ROWS,
  {
    name: "a sandbox without an address",
    objects: {
      pods: [waiting("ContainerCreating")],
      events: [
        podEvent(
          "FailedCreatePodSandBox",
          "Failed to create pod sandbox: plugin type=aws-cni failed (add): failed to assign an IP address to container",
        ),
      ],
    },
    finds: { class: "start", container: null, subject: { cause: "sandbox" } },
  },
  {
    name: "a readiness probe that gets 503",
    objects: {
      pods: [unready],
      templates: probed("readinessProbe"),
      events: [podEvent("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503")],
    },
    finds: { class: "probe", container: "app", subject: { cause: "readiness", httpCode: 503, path: "/healthz", port: "8080" } },
  },
  {
    name: "a readiness probe that finds nobody listening",
    objects: {
      pods: [unready],
      events: [
        podEvent(
          "Unhealthy",
          'Readiness probe failed: Get "http://10.1.0.7:9090/ready": dial tcp 10.1.0.7:9090: connect: connection refused',
        ),
      ],
    },
    finds: { class: "probe", subject: { cause: "readiness", path: "/ready", port: "9090" } },
  },
  {
    name: "a load balancer's readiness gate",
    objects: {
      pods: [
        identified(
          aPod({
            status: {
              phase: "Running",
              conditions: [
                SCHEDULED,
                aCondition("target-health.elbv2.k8s.aws/k8s-demo-checkout", "False", {
                  reason: "Target.FailedHealthChecks",
                  message: "Health checks failed",
                }),
                aCondition("Ready", "False", {
                  reason: "ReadinessGatesNotReady",
                  message: "corresponding condition of pod readiness gate is False",
                }),
              ],
            },
          }),
        ),
      ],
    },
    finds: { class: "readiness-gate", subject: { name: "target-health.elbv2.k8s.aws/k8s-demo-checkout" } },
  },
  {
    name: "no node with room",
    objects: {
      pods: [
        identified(
          aPod({
            status: {
              phase: "Pending",
              conditions: [
                aCondition("PodScheduled", "False", {
                  reason: "Unschedulable",
                  message: "0/5 nodes are available: 5 Insufficient memory.",
                }),
              ],
            },
          }),
        ),
      ],
    },
    finds: { class: "scheduling", container: null, subject: { lack: "memory" } },
  },
  {
    name: "a quota that is spent: no pod exists",
    objects: {
      pods: [],
      conditions: [
        {
          type: "ReplicaFailure",
          status: "True",
          reason: "FailedCreate",
          message: 'pods "checkout-7c9f8e5d21-x" is forbidden: exceeded quota: team, requested: pods=1, used: pods=8, limited: pods=8',
        },
      ],
    },
    finds: { class: "quota", pods: 0, subject: { quota: "team", lack: "pods=1 with pods=8 of pods=8 used" } },
  },
  ...(
    [
      [
        'pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
        { cause: "policy", name: "restricted:latest" },
      ],
      ['admission webhook "policy.example.com" denied the request: no owner label', { cause: "webhook", name: "policy.example.com" }],
      [
        'pods "x" is forbidden: error looking up service account demo/app: serviceaccount "app" not found',
        { cause: "serviceaccount", serviceAccount: "app" },
      ],
    ] as const
  ).map(([message, subject]) => ({
    name: `an admission that says: ${message}`,
    objects: { pods: [], events: [anEvent(THE_REPLICA_SET, "FailedCreate", `Error creating: ${message}`)] },
    finds: { class: "admission" as const, pods: 0, subject },
  })),
  {
    name: "an app that may not do what it needs",
    objects: { pods: [unready], logs: log(`2026-11-20T03:12:30.123Z starting\n2026-11-20T03:12:31.123Z ${FORBIDDEN}\n`) },
    finds: {
      class: "app-rbac",
      container: "app",
      detail: FORBIDDEN,
      subject: { serviceAccount: "demo/checkout", verb: "list", resource: "configmaps", apiGroup: "", namespace: "demo" },
    },
  },
  {
    name: "an eviction",
    objects: {
      pods: [
        identified(
          aPod({
            status: {
              phase: "Failed",
              reason: "Evicted",
              message: "The node was low on resource: memory.",
              conditions: [aCondition("DisruptionTarget", "True", { reason: "TerminationByKubelet" })],
            },
          }),
        ),
      ],
    },
    finds: { class: "node-pressure", container: null, subject: { lack: "memory" } },
  },
  {
    name: "a rollout that went on for too long",
    objects: {
      conditions: [
        {
          type: "Progressing",
          status: "False",
          reason: "ProgressDeadlineExceeded",
          message: 'ReplicaSet "checkout-7c9f8e5d21" has timed out progressing.',
        },
      ],
    },
    finds: { class: "no-progress", pods: 0 },
  },
];
