import * as z from "zod/mini";
import { SECRET_POLICIES } from "./blueprint.ts";
import { described, SIGNAL_NAME, signalName, text } from "./blueprint-fields.ts";
import { ROUTERS } from "./cluster-action.ts";

/** Sections of the authored blueprint about objects of the cluster: the workload itself, what splits its traffic, what of a release comes back, who else writes it. */
const OBJECT_NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const BACKEND = /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?$/;
const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Which workload; at most one of deployment, stateful_set, daemon_set and rollout. */
export const AuthoredTargetSchema = z.strictObject({
  cluster: z.optional(
    text(/^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/, "expected the name of an EKS cluster", "EKS cluster. Default: the stack's."),
  ),
  namespace: z.optional(text(NAMESPACE, "expected the name of a Kubernetes namespace", "Namespace. Default: the stack's.")),
  deployment: z.optional(text(OBJECT_NAME, "expected the name of a Deployment", "Deployment. Default: the service's name.")),
  stateful_set: z.optional(text(OBJECT_NAME, "expected the name of a StatefulSet", "StatefulSet, instead of a Deployment.")),
  daemon_set: z.optional(text(OBJECT_NAME, "expected the name of a DaemonSet", "DaemonSet, instead of a Deployment.")),
  rollout: z.optional(text(OBJECT_NAME, "expected the name of an Argo Rollout", "Argo Rollout (argoproj.io), instead of a Deployment.")),
  region: z.optional(
    text(/^[a-z]{2}(-[a-z]+)+-\d$/, "expected an AWS region, such as eu-central-1", "Region of the cluster. Default: the stack's."),
  ),
  role_arn: z.optional(
    text(
      /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
      "expected the ARN of an IAM role",
      "Role to assume for a cluster of another account. Default: none.",
    ),
  ),
});

/** The object that splits the traffic between two arms. */
export const AuthoredTrafficSchema = z.strictObject({
  router: described(z.enum(ROUTERS), "What splits the traffic; the route is an object of this kind."),
  route: text(
    OBJECT_NAME,
    "expected the name of an object",
    "HTTPRoute, Ingress, VirtualService, Rollout, Canary or Service, in the workload's namespace.",
  ),
  rule: z.optional(
    text(
      /^[A-Za-z0-9]([A-Za-z0-9_./-]{0,251}[A-Za-z0-9])?$/,
      "expected the name of a rule",
      "Rule inside the route where there are several: an HTTPRoute's rule name, the action of an Ingress annotation, the name of a VirtualService's http route. For service-selector the label that tells the versions apart. Default: the only one.",
    ),
  ),
  stable: text(
    BACKEND,
    "expected the name of a backend",
    "Backend of the version that is known good: a Service; a subset for Istio; a value of the label for service-selector.",
  ),
  canary: text(BACKEND, "expected the name of a backend", "Backend of the new version."),
  per_arm_signals: z.optional(
    described(
      z.boolean(),
      "Each backend has signals of its own. Without them traffic is never given back to a new version. Default false.",
    ),
  ),
  arm_signals: z.optional(
    described(
      z.record(
        z.string().check(z.regex(SIGNAL_NAME, "expected what the signals mean, such as error_rate")),
        z.strictObject({ stable: signalName("Signal of the stable backend."), canary: signalName("Signal of the new version's backend.") }),
      ),
      "The signals of each backend, by what they mean; both are described in spec.signals. With them the judge compares one backend with the other.",
    ),
  ),
  maintenance: z.optional(
    described(
      z.enum(["off", "on-critical"]),
      "on-critical: a critical incident that is answered by strategy immediate sends all traffic to maintenance_backend, which is downtime, until the restored release has passed its checks. Default off.",
    ),
  ),
  maintenance_backend: z.optional(
    text(OBJECT_NAME, "expected the name of a Service", "Where all traffic goes under maintenance: on-critical."),
  ),
});

/** What of a release comes back besides its template. */
export const AuthoredRestoreSchema = z.strictObject({
  config_maps: z.optional(
    described(z.boolean(), "Copy the ConfigMaps of a release inside the cluster, and put changed ones back. Default true."),
  ),
  secrets: z.optional(
    described(
      z.enum(SECRET_POLICIES),
      "names (default): no Secret is read. digests: a change is seen. copies: immutable copies in the cluster. encrypted: sealed in the archive under KMS, outside the cluster.",
    ),
  ),
  field_manager_guard: z.optional(
    described(
      z.boolean(),
      "Until verification passes, a server-side apply of the bad version meets a conflict; a client-side apply does not. Default false.",
    ),
  ),
  delete_failed_replica_set: z.optional(
    described(
      z.boolean(),
      "Delete the failed ReplicaSet once it runs nothing. Default false: it stays as evidence and as the way forward.",
    ),
  ),
});

/** Controllers that apply the manifests of a repository (Argo CD, Flux). They are found by their labels, nothing has to be named. */
export const AuthoredGitopsSchema = z.strictObject({
  hold: z.optional(
    described(
      z.boolean(),
      "Suspend the controller before rolling back; a person resumes it. false: roll back, watch, and report when it undoes that. Default true.",
    ),
  ),
  argo_namespace: z.optional(
    text(NAMESPACE, "expected the name of a Kubernetes namespace", "Where Argo CD's Applications are. Default argocd."),
  ),
});
