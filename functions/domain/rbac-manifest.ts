import type { RbacObject, RoleRule } from "./rbac.ts";

/** What each resource is read or written for; whoever applies a Role should know. The first pattern that fits `<apiGroup>/<resource> <verbs>` tells. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^apps\/(deployments|statefulsets|daemonsets) get$/, "The workload itself: state, owner, Rollguard's own annotations."],
  [/^argoproj\.io\/rollouts get$/, "The Rollout: state, weights, owner, Rollguard's own annotations."],
  [
    /^(apps\/(deployments|statefulsets|daemonsets)|argoproj\.io\/rollouts) /,
    "Template, strategy, replicas and Rollguard's annotations, always by a guarded patch. Neither created nor deleted.",
  ],
  [/rollouts\/status /, "Abort: the controller goes back to the stable version at once."],
  [/^apps\/replicasets\/scale /, "Strategy gradual: old pods beside the new ones."],
  [/^apps\/replicasets .*patch/, "The release to go back to; the failed one is marked as evidence."],
  [
    /^apps\/replicasets .*delete/,
    "The release to go back to; the failed one is deleted once it runs nothing (spec.restore.delete_failed_replica_set).",
  ],
  [/^apps\/(replicasets|controllerrevisions) /, "The releases that the cluster still has."],
  [/^\/pods .*delete/, "Pods that their controller does not replace by itself."],
  [/^\/pods\/log /, "The last lines of failing pods, redacted before they are kept."],
  [/^\/pods /, "Which pods fail, and under which release."],
  [/^\/events .*create/, "kubectl describe tells what was done. Optional: without it the record names this rule."],
  [/^\/events /, "Why pods fail: what the kubelet, the scheduler and the controllers say of them."],
  [
    /^autoscaling\/.*patch/,
    "Bounds that the change had changed; no scaling down while two versions share the traffic. Replicas that it owns are never written.",
  ],
  [/^autoscaling\//, "Whether an autoscaler owns the replica count."],
  [
    /^batch\/jobs .*create/,
    "Checks: a Job from a CronJob's template. RBAC cannot limit create by name: this runs any pod in the namespace.",
  ],
  [/^batch\//, "The CronJobs that are checks, and how their Jobs ended."],
  [/^policy\//, "Budgets that a rollout without room would break."],
  [/^networking\.k8s\.io\/ingresses .*patch/, "The weights of the two backends."],
  [/^networking\.k8s\.io\//, "Whether pods are ready before their load balancer sends to them."],
  [/^gateway\.networking\.k8s\.io\/|^networking\.istio\.io\/|^flagger\.app\//, "The weights of the two backends."],
  [/^\/services .*patch/, "Blue-green: which version the Service selects."],
  [/^\/services /, "Which Service sends to the workload: part of a snapshot."],
  [/^\/endpoints /, "No traffic goes to a backend without ready pods."],
  [
    /^\/configmaps .*create/,
    "Immutable copies of a release's configuration, by a function that may do nothing else. Old ones are removed.",
  ],
  [/^\/configmaps .*patch/, "Changed configuration comes back from its copy."],
  [/^\/configmaps /, "Configuration is part of a release, and has to be there before one comes back."],
  [/^\/secrets .*create/, "Immutable copies of Secrets (spec.restore.secrets: copies)."],
  [/^\/secrets .*patch/, "Changed Secrets come back with the content that was kept (spec.restore.secrets: copies, encrypted)."],
  [/^\/secrets /, "Keyed digests of these Secrets tell that one changed; with encrypted their contents are sealed (spec.restore.secrets)."],
  [/^\/(serviceaccounts|persistentvolumeclaims) |^scheduling\.k8s\.io\//, "Has to be there before an earlier release comes back."],
  [/^\/resourcequotas /, "Room for new pods beside the old ones."],
  [/^\/namespaces /, "Whether pods wait for their load balancer (a label of the namespace)."],
  [/^authorization\.k8s\.io\//, "Whether rollguard:write has what a plan needs, asked before the first write."],
  [/^\/nodes /, "Room for new pods, and Nodes that are not ready."],
  [
    /^(argoproj\.io\/applications|kustomize\.|helm\.).*patch/,
    "Suspended before a rollback, so that the bad version is not applied again; a person resumes it.",
  ],
  [/^(argoproj\.io\/applications|kustomize\.|helm\.)/, "Who would apply the bad version again."],
  [/^source\.toolkit\.fluxcd\.io\//, "Which revision the repository asks for."],
];

/** Roles and bindings as YAML, with the reason for each rule. */
export function rbacManifest(objects: readonly RbacObject[], heading: readonly string[]): string {
  const comment = heading.map((line) => (line === "" ? "#" : `# ${line}`)).join("\n");
  return `${comment}\n${objects.map(yamlOf).join("---\n")}`;
}

function yamlOf(object: RbacObject): string {
  const { apiVersion, kind, metadata } = object;
  const namespace = metadata.namespace === undefined ? [] : [`  namespace: ${metadata.namespace}`];
  const head = [`apiVersion: ${apiVersion}`, `kind: ${kind}`, "metadata:", `  name: ${metadata.name}`, ...namespace];
  const body = "rules" in object ? ["rules:", ...rulesOf(object.rules)] : bindingOf(object);
  return `${[...head, ...body].join("\n")}\n`;
}

function bindingOf({ roleRef, subjects }: Extract<RbacObject, { roleRef: object }>): string[] {
  return [
    ...["roleRef:", `  apiGroup: ${roleRef.apiGroup}`, `  kind: ${roleRef.kind}`, `  name: ${roleRef.name}`],
    ...[
      "subjects:",
      ...subjects.flatMap(({ apiGroup, kind, name }) => [`  - apiGroup: ${apiGroup}`, `    kind: ${kind}`, `    name: ${name}`]),
    ],
  ];
}

function rulesOf(rules: readonly RoleRule[]): string[] {
  return rules.flatMap(({ apiGroups, resources, verbs, resourceNames }) => [
    `  # ${reasonOf(`${apiGroups[0]}/${resources[0]} ${verbs.join(" ")}`)}`,
    `  - apiGroups: [${apiGroups[0] === "" ? '""' : apiGroups[0]}]`,
    `    resources: [${resources[0]}]`,
    ...(resourceNames === undefined ? [] : [`    resourceNames: [${resourceNames.map((name) => JSON.stringify(name)).join(", ")}]`]),
    `    verbs: [${verbs.join(", ")}]`,
  ]);
}

/** Throws for a resource that nobody has given a reason: a rule without one must not be shipped. */
function reasonOf(rule: string): string {
  const reason = REASONS.find(([pattern]) => pattern.test(rule))?.[1];
  if (reason === undefined) throw new Error(`no reason is known for the rule ${rule}`);
  return reason;
}
