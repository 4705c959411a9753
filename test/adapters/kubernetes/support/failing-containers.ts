import { BAD_IMAGE } from "../../../support/builders/index.ts";
import {
  end,
  type FailingRow,
  identified,
  limited,
  log,
  looping,
  NOT_READY,
  podEvent,
  probed,
  SCHEDULED,
  waiting,
} from "./failing-pod-parts.ts";
import { aContainerStatus, anUnreadyPod, aPod } from "./kubernetes-objects.ts";

/** Containers that do not start, do not stay or do not get ready. */
export const CONTAINER_ROWS: readonly FailingRow[] = [
  { name: "a crash loop", objects: { pods: [looping(1)] }, finds: { class: "crash-loop", container: "app", subject: { exitCode: 1 } } },
  { name: "a segmentation fault", objects: { pods: [looping(139)] }, finds: { class: "crash-loop", subject: { exitCode: 139 } } },
  {
    name: "a command that is not there (127)",
    objects: { pods: [looping(127)] },
    finds: { class: "crash-loop", subject: { exitCode: 127 } },
  },
  {
    name: "a crash loop of an init container",
    objects: {
      pods: [
        identified(
          aPod({
            status: {
              phase: "Pending",
              conditions: [SCHEDULED, NOT_READY],
              initContainerStatuses: [
                aContainerStatus({ waiting: { reason: "CrashLoopBackOff" } }, { name: "migrate", restartCount: 4, lastState: end(2) }),
              ],
              containerStatuses: [aContainerStatus({ waiting: { reason: "PodInitializing" } })],
            },
          }),
        ),
      ],
    },
    finds: { class: "crash-loop", container: "migrate", subject: { exitCode: 2 } },
  },
  {
    name: "137 without OOMKilled and without a probe",
    objects: { pods: [looping(137)] },
    finds: {
      class: "crash-loop",
      detail: "Error: exit code 137 without OOMKilled: killed from outside (a probe, an eviction or the node), 3 restarts",
    },
  },
  {
    name: "137 by a liveness probe",
    objects: {
      pods: [looping(137)],
      templates: probed("livenessProbe"),
      events: [
        podEvent("Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500"),
        podEvent("Killing", "Container app failed liveness probe, will be restarted"),
      ],
    },
    finds: { class: "probe", container: "app", subject: { cause: "liveness", httpCode: 500, path: "/healthz", port: "8080" } },
  },
  {
    name: "a kill by a startup probe",
    objects: { pods: [looping(143)], events: [podEvent("Killing", "Container app failed startup probe, will be restarted")] },
    finds: { class: "probe", subject: { cause: "startup" } },
  },
  {
    name: "too little memory, under half of the earlier limit",
    objects: { pods: [looping(137, "OOMKilled")], templates: { bad: limited(BAD_IMAGE, "64Mi") } },
    finds: { class: "out-of-memory", container: "app", subject: { limit: "64Mi", earlierLimit: "128Mi" } },
  },
  {
    name: "the first end for lack of memory",
    objects: { pods: [identified(anUnreadyPod(end(137, "OOMKilled")))] },
    finds: { class: "out-of-memory" },
  },
  ...(
    [
      ["not-found", 'rpc error: code = NotFound desc = failed to resolve reference "demo/checkout:v2": demo/checkout:v2: not found'],
      ["denied", 'failed to resolve reference "demo/checkout:v2": unexpected status from HEAD request: 403 Forbidden'],
      ["throttled", "toomanyrequests: You have reached your pull rate limit (429)"],
      ["unreachable", 'Head "https://registry.example.com/v2/": dial tcp 10.0.0.9:443: i/o timeout'],
    ] as const
  ).map(([cause, words]) => ({
    name: `an image pull that is ${cause}, told by an event alone`,
    objects: {
      pods: [waiting("ImagePullBackOff", `Back-off pulling image "${BAD_IMAGE}"`)],
      events: [podEvent("Failed", `Failed to pull image "${BAD_IMAGE}": ${words}`), podEvent("BackOff", "Back-off pulling image")],
    },
    finds: { class: "image" as const, subject: { image: BAD_IMAGE, cause } },
  })),
  ...["ErrImagePull", "ErrImageNeverPull", "ImageInspectError", "RegistryUnavailable"].map((reason) => ({
    name: `an image that waits with ${reason}`,
    objects: { pods: [waiting(reason, "the image cannot be used")] },
    finds: { class: "image" as const, subject: { image: BAD_IMAGE } },
  })),
  {
    name: "an invalid image name",
    objects: { pods: [waiting("InvalidImageName")] },
    finds: { class: "image", subject: { image: BAD_IMAGE, cause: "invalid" } },
  },
  ...(
    [
      ['configmap "checkout-settings" not found', { object: "ConfigMap", name: "checkout-settings" }],
      ['secret "checkout-db" not found', { object: "Secret", name: "checkout-db" }],
      ["couldn't find key url in ConfigMap demo/checkout-settings", { object: "ConfigMap", name: "checkout-settings", key: "url" }],
      ["couldn't find key password in Secret demo/checkout-db", { object: "Secret", name: "checkout-db", key: "password" }],
    ] as const
  ).map(([message, subject]) => ({
    name: `missing configuration: ${message}`,
    objects: { pods: [waiting("CreateContainerConfigError", message)] },
    finds: { class: "missing-config" as const, container: "app", detail: message, subject },
  })),
  ...(
    [
      [
        'MountVolume.SetUp failed for volume "config" : configmap "checkout-files" not found',
        { object: "ConfigMap", name: "checkout-files" },
      ],
      [
        'MountVolume.SetUp failed for volume "tls" : references non-existent secret key: tls.crt',
        { object: "Secret", name: "of volume tls", key: "tls.crt" },
      ],
    ] as const
  ).map(([message, subject]) => ({
    name: `a volume without its source: ${message}`,
    objects: { pods: [waiting("ContainerCreating")], events: [podEvent("FailedMount", message)] },
    finds: { class: "missing-config" as const, container: null, subject },
  })),
  {
    name: "K8S-43 a file that the app does not find",
    objects: {
      pods: [looping(1)],
      logs: log("starting", "starting\nError: Cannot find module './config/production.json'\n    at require"),
    },
    finds: { class: "missing-config", container: "app", subject: { object: "file", name: "./config/production.json" } },
  },
  {
    name: "an environment variable that the app misses",
    objects: { pods: [looping(1)], logs: log("", "fatal: environment variable PAYMENT_MODE is not set") },
    finds: { class: "missing-config", subject: { object: "environment variable", name: "PAYMENT_MODE" } },
  },
  {
    name: "a runtime that finds no command",
    objects: {
      pods: [
        looping(128, "StartError", 'failed to create containerd task: exec: "/app/server": stat /app/server: no such file or directory'),
      ],
    },
    finds: { class: "start", subject: { cause: "command", name: "/app/server" } },
  },
  {
    name: "a container that cannot be made",
    objects: { pods: [waiting("CreateContainerError", "context deadline exceeded")] },
    finds: { class: "start", detail: "CreateContainerError: context deadline exceeded" },
  },
  {
    name: "a hook that fails",
    objects: { pods: [waiting("PostStartHookError", "exit 1")] },
    finds: { class: "start", subject: { cause: "hook" } },
  },
  {
    name: "an image that runs as root where it may not",
    objects: { pods: [waiting("CreateContainerConfigError", "container has runAsNonRoot and image will run as root")] },
    finds: { class: "start", subject: { cause: "security" } },
  },
];
