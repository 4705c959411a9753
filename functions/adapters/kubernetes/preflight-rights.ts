import type { RightFact } from "../../domain/preflight-facts.ts";
import { type AccessRule, describeAccess, RBAC_GROUPS } from "../../domain/rbac-rules.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";
import type { Look } from "./preflight-looking.ts";

interface Review {
  readonly status?: { readonly allowed?: boolean };
}

/**
 * May the group that writes do what the plan needs? Asked for the group, since the function that asks is not in it (a review of oneself would answer for
 * the wrong one). LocalSubjectAccessReview is limited to one namespace, so asking needs no more than a Role there.
 */
export async function rightsOfWriter(
  kubernetes: KubernetesClient,
  look: Look,
  namespace: string,
  rules: readonly AccessRule[],
): Promise<readonly RightFact[]> {
  const distinct = [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
  return Promise.all(
    distinct.map(async (rule) => ({ rule: describeAccess(rule), allowed: await look(() => mayWriter(kubernetes, namespace, rule)) })),
  );
}

async function mayWriter(
  kubernetes: KubernetesClient,
  own: string,
  { apiGroup, resource, verb, name, namespace = own }: AccessRule,
): Promise<boolean> {
  const [plural, subresource] = resource.split("/");
  const answer = await kubernetes.create<Review>(
    `/apis/authorization.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/localsubjectaccessreviews`,
    {
      apiVersion: "authorization.k8s.io/v1",
      kind: "LocalSubjectAccessReview",
      metadata: { namespace },
      spec: {
        user: "rollguard",
        groups: [RBAC_GROUPS.read, RBAC_GROUPS.write],
        resourceAttributes: {
          ...{ namespace, verb, group: apiGroup, resource: plural },
          ...(subresource === undefined ? {} : { subresource }),
          ...(name === undefined ? {} : { name }),
        },
      },
    },
  );
  if (answer.outcome !== "stored") throw new Error(`the API server did not review it (${answer.outcome})`);
  return answer.object.status?.allowed === true;
}
