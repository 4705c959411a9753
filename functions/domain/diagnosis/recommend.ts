import type { Target } from "../blueprint.ts";
import type { Finding } from "../evidence.ts";
import type { Diagnosis } from "../rollback-document.ts";
import { unreachable } from "../time.ts";
import { ruleFor } from "./message-parts.ts";
import { imageAdvice } from "./recommend-image.ts";

export type Recommendation = Diagnosis["recommendations"][number];

/** Where the workload is, for commands that can be copied. */
export type Where = Pick<Target, "namespace" | "kind" | "name">;

/** What to do before the change goes out again, the most urgent first, in the finding's own names. */
export function recommendationsFor(finding: Finding, where: Where): Recommendation[] {
  const { class: findingClass, subject = {}, container } = finding;
  const { namespace } = where;
  const workload = `${where.kind.toLowerCase()}/${where.name}`;
  const logs = `kubectl logs -n ${namespace} ${workload}${container === null ? "" : ` -c ${container}`} --previous`;
  const describe = `kubectl describe pod -n ${namespace} <pod>`;
  switch (findingClass) {
    case "image":
      return imageAdvice(subject);
    case "missing-config":
      return configAdvice(subject, where);
    case "out-of-memory":
      return memoryAdvice(subject, container);
    case "app-rbac":
      return [
        high(
          `Add this rule to the ${subject.namespace === undefined ? "ClusterRole" : "Role"} of ServiceAccount ${subject.serviceAccount}${subject.namespace === undefined ? "" : ` in namespace ${subject.namespace}`}`,
          ruleFor(subject),
        ),
        medium(
          "Ship the Role together with the version that needs it, and prove it before the rollout",
          `kubectl auth can-i ${subject.verb} ${subject.resource}${subject.apiGroup ? `.${subject.apiGroup}` : ""} --as=system:serviceaccount:${subject.serviceAccount?.replace("/", ":")} -n ${subject.namespace ?? namespace}`,
        ),
      ];
    case "start":
      return startAdvice(subject.cause, subject.name, describe);
    case "crash-loop":
      return [
        high("Read the last lines that the failed version wrote", logs),
        subject.exitCode === 126 || subject.exitCode === 127
          ? high("Correct the command, or build the image with it", `docker run --rm --entrypoint sh <image> -c 'command -v <command>'`)
          : medium("Start the image with the same configuration before the next deploy", "docker run --rm --env-file <file> <image>"),
      ];
    case "readiness-gate":
      return [
        high(
          "Compare the target group's health check with the new version's port and path",
          "aws elbv2 describe-target-health --target-group-arn <arn>",
        ),
        medium("Let the readiness probe ask the same path as the load balancer", "readinessProbe: {httpGet: {path: <path>, port: <port>}}"),
      ];
    case "probe":
      return probeAdvice(subject, describe);
    case "admission":
      return admissionAdvice(subject, namespace);
    case "quota":
      return [
        high(`Raise quota ${subject.quota}, or make room in it`, `kubectl describe resourcequota ${subject.quota} -n ${namespace}`),
        medium("Let the rollout do without further pods", "strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}"),
      ];
    case "scheduling":
      return [
        high("Compare what the pod asks for with what the nodes have left", `${describe}; kubectl describe nodes | grep -A8 Allocated`),
        medium(
          "Let the rollout do without further pods while nodes are full",
          "strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}",
        ),
      ];
    case "node-pressure":
      return [
        high("Look at the nodes: what they lack, and who takes it", "kubectl describe nodes | grep -E 'Name:|Pressure|Allocated' -A5"),
        medium("Request as much memory as the app uses: what requests less is evicted first", "resources: {requests: {memory: <used>}}"),
      ];
    case "no-progress":
      return [high("See what the controller waits for", `kubectl describe ${workload} -n ${namespace}`)];
    case "our-rbac":
      return [medium("Let Rollguard read what it needs for a full diagnosis", finding.detail)];
    default:
      return unreachable(findingClass);
  }
}

function configAdvice(
  { object = "", name = "", key }: NonNullable<Finding["subject"]>,
  { namespace, kind, name: workload }: Where,
): Recommendation[] {
  switch (object) {
    case "file":
    case "module": {
      const folder = name.includes("/") ? `${name.replace(/^\.?\//, "").replace(/\/[^/]*$/, "")}/` : "";
      const build = folder === "" ? `COPY ${name} ./` : `COPY ${folder} ./${folder}`;
      return object === "module"
        ? [
            high(`Add the missing module ${name} to the image`, `npm install --save ${name}`),
            medium("Build the image again and start it before it goes out", "docker run --rm <image>"),
          ]
        : [
            high(`Add the missing file ${name} to the repository`, `git add ${name.replace(/^\.\//, "")}`),
            high("Let the image (or a mounted ConfigMap) hold it", build),
            medium("Start the built image once before it goes out", "docker run --rm <image>"),
          ];
    }
    case "environment variable":
      return [
        high(
          `Set ${name} in the template, or give it a default in the app`,
          `env: [{name: ${name}, valueFrom: {configMapKeyRef: {name: <config>, key: ${name}}}}]`,
        ),
        medium("Compare the two releases' environment", `kubectl set env ${kind.toLowerCase()}/${workload} -n ${namespace} --list`),
      ];
    default: {
      const resource = object.toLowerCase() || "configmap";
      const create = object === "Secret" ? "secret generic" : resource;
      return [
        key === undefined
          ? high(`Create ${object} ${name} before the version that needs it`, `kubectl create ${create} ${name} -n ${namespace}`)
          : high(`Add key ${key} to ${object} ${name}, or correct the reference`, `kubectl describe ${resource} ${name} -n ${namespace}`),
        medium("Name configuration by its content and ship it with the template", `configMapGenerator: [{name: ${name}}]`),
      ];
    }
  }
}

function memoryAdvice({ limit, earlierLimit }: NonNullable<Finding["subject"]>, container: string | null): Recommendation[] {
  const who = container === null ? "the container" : `container ${container}`;
  if (limit !== undefined && earlierLimit !== undefined && limit !== earlierLimit) {
    return [
      high(`Give ${who} the earlier limit back: ${earlierLimit} instead of ${limit}`, `resources: {limits: {memory: ${earlierLimit}}}`),
      medium("Measure the memory under load before a limit is lowered", "kubectl top pod --containers"),
    ];
  }
  return [
    high(
      `Find what needs more memory in ${who}: under the same limit the earlier release ran`,
      "compare heap profiles of both versions under the same load",
    ),
    medium(`Raise the limit of ${who} only with the figure at hand`, `resources: {limits: {memory: <more than ${limit ?? "now"}>}}`),
  ];
}

function startAdvice(cause: string | undefined, name: string | undefined, describe: string): Recommendation[] {
  switch (cause) {
    case "sandbox":
      return [high("Look at the nodes' network: free addresses, the CNI plugin", "kubectl get pods -n kube-system -l k8s-app=aws-node")];
    case "volume":
      return [high("See why the volume is not mounted", describe)];
    case "command":
      return [high(`Build the image with ${name}, or correct the command`, `command: ["${name}"]`)];
    case "security":
      return [high("Build the image with a user of its own", "USER 10001")];
    case "hook":
      return [high("Try the hook's command in a container of the image", "lifecycle: {postStart: ...}")];
    default:
      return [high("Read what the runtime says", describe)];
  }
}

function probeAdvice({ cause = "readiness", httpCode, path, port }: NonNullable<Finding["subject"]>, describe: string): Recommendation[] {
  const get = `httpGet: {path: ${path ?? "<path>"}, port: ${port ?? "<port>"}}`;
  return [
    httpCode === undefined
      ? high(`Check that the new version listens where its ${cause} probe asks`, `${cause}Probe: {${get}}`)
      : high(
          `Find out why ${path ?? "the probe's path"} answers ${httpCode} in the new version`,
          `kubectl exec <pod> -- wget -qO- localhost:${port ?? "<port>"}${path ?? "/"}`,
        ),
    cause === "readiness"
      ? medium("See the probe's own words", describe)
      : medium("Give a slow start its time with a startup probe instead of restarts", `startupProbe: {${get}, failureThreshold: 30}`),
  ];
}

function admissionAdvice({ cause, name, serviceAccount }: NonNullable<Finding["subject"]>, namespace: string): Recommendation[] {
  switch (cause) {
    case "serviceaccount":
      return [
        high(
          `Create ServiceAccount ${serviceAccount} before the version that needs it`,
          `kubectl create serviceaccount ${serviceAccount} -n ${namespace}`,
        ),
      ];
    case "policy":
      return [
        high(
          `Bring the template in line with PodSecurity ${name}`,
          "securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}",
        ),
      ];
    case "webhook":
      return [
        high(
          `Satisfy webhook ${name}, or repair it if it does not answer`,
          "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations",
        ),
      ];
    default:
      return [high("Try the template against the API server before the rollout", "kubectl apply --dry-run=server -f <manifest>")];
  }
}

function high(action: string, example: string): Recommendation {
  return { priority: "high", action, example };
}

function medium(action: string, example: string): Recommendation {
  return { priority: "medium", action, example };
}
