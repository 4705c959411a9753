import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { kubernetesEvidence } from "../../../functions/adapters/kubernetes/evidence.ts";
import { kubernetesWorkload } from "../../../functions/adapters/kubernetes/kubernetes-workload.ts";
import { aReplicaSet, aWorkloadState } from "../../support/builders/index.ts";
import { EvidenceCluster } from "./support/evidence-cluster.ts";
import { aPod, POD_MOMENT } from "./support/kubernetes-objects.ts";
import { aCluster, apply, restoreScale, restoreStrategy, restoreTemplate } from "./support/writes.ts";

interface RbacDocument {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
  readonly roleRef: { readonly name: string };
  readonly subjects: readonly { readonly kind: string; readonly name: string }[];
}

const documents = parseAllDocuments(readFileSync("infra/kubernetes/rbac.yaml", "utf8")).map((document) => document.toJS() as RbacDocument);
const groupOf = { deployments: "apps", replicasets: "apps", pods: "", "pods/log": "", events: "", horizontalpodautoscalers: "autoscaling" };

/** Evidence of a pod that crashed and has a log; the calls as `GET pods/log`. */
function anEvidenceReader() {
  const pod = aPod();
  const owned = {
    ...pod,
    metadata: { ...pod.metadata, ownerReferences: [{ ...pod.metadata?.ownerReferences?.[0], uid: aReplicaSet().uid }] },
  };
  const reader = new EvidenceCluster({ pods: [owned as typeof pod], logs: { [pod.metadata?.name ?? ""]: { current: "ready" } } });
  const calls = () =>
    reader.requests.map((request) =>
      request.startsWith("TEXT") ? "GET pods/log" : request.replace(/ \S*\/(deployments|replicasets|pods|events)\b.*$/, " $1"),
    );
  return {
    evidence: kubernetesEvidence(
      () => reader,
      () => new Date(POD_MOMENT),
    ),
    calls,
  };
}

/** `verb group/resource` of everything that the Role bound to a group allows. */
function allowedTo(group: string): string[] {
  const binding = documents.find(
    ({ kind, subjects }) => kind === "RoleBinding" && subjects.some((subject) => subject.kind === "Group" && subject.name === group),
  );
  const role = documents.find(({ kind, metadata }) => kind === "Role" && metadata.name === binding?.roleRef.name);
  const rules = role?.rules ?? [];
  return rules
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((api) => resources.flatMap((kind) => verbs.map((verb) => `${verb} ${api}/${kind}`))),
    )
    .sort();
}

/** The same of calls like `GET deployments`. */
function neededFor(calls: readonly string[]): string[] {
  const rules = calls.map((call) => {
    const [verb = "", resource = ""] = call.split(" ");
    return `${verb === "POST" ? "create" : verb.toLowerCase()} ${groupOf[resource as keyof typeof groupOf]}/${resource}`;
  });
  return [...new Set(rules)].sort();
}

describe("infra/kubernetes/rbac.yaml", () => {
  it("K8S-27: allows rollguard:read what a read asks for", async () => {
    const cluster = aCluster();

    const target = { cluster: "demo", namespace: "demo", kind: "Deployment" as const, name: "checkout" };
    const { evidence, calls } = anEvidenceReader();

    await kubernetesWorkload(() => cluster).read(target);
    const { gaps } = await evidence.collect({ target, workload: aWorkloadState(), since: new Date(0), depth: "quick" });

    expect(gaps).toEqual([]);
    const needed = neededFor([...cluster.calls, ...calls()]);
    expect(needed.length).toBeGreaterThan(4);
    expect(allowedTo("rollguard:read")).toEqual(expect.arrayContaining(needed));
  });

  it("K8S-27: allows ExecuteStep, which is in both groups, what its writes ask for", async () => {
    const cluster = aCluster();

    await apply(cluster, restoreTemplate);
    await apply(cluster, restoreStrategy);
    await apply(cluster, restoreScale);

    const needed = neededFor(cluster.calls);
    expect(needed.length).toBeGreaterThan(3);
    expect([...allowedTo("rollguard:read"), ...allowedTo("rollguard:write")]).toEqual(expect.arrayContaining(needed));
  });

  it("holds namespaced Roles and bindings of the same namespace, nothing cluster-wide", () => {
    expect(documents.map(({ kind }) => kind)).toEqual(["Role", "RoleBinding", "Role", "RoleBinding", "Role", "RoleBinding"]);
    expect(new Set(documents.map(({ metadata }) => metadata.namespace))).toEqual(new Set(["ENROLLED_NAMESPACE"]));
  });
});
