import type { KubernetesObject } from "../objects.ts";
import { isAllowed, type ROLLGUARD_GRANTS } from "./authorization.ts";
import type { ObjectStore } from "./object-store.ts";
import { type ApiRequest, parseBody } from "./request-options.ts";

export interface AccessContext {
  readonly store: ObjectStore;
  readonly grants: typeof ROLLGUARD_GRANTS;
}

/** `POST selfsubjectaccessreviews`: may I? Every user may ask. */
export function reviewAccess(context: AccessContext, request: ApiRequest): { code: number; body: unknown } {
  const review = parseBody(request) as KubernetesObject & { spec?: { resourceAttributes?: Record<string, string> } };
  const { verb = "", group = "", resource = "", subresource, namespace, name } = review.spec?.resourceAttributes ?? {};
  const access = {
    verb,
    group,
    resource,
    ...(subresource ? { subresource } : {}),
    ...(namespace ? { namespace } : {}),
    ...(name ? { name } : {}),
  };
  const allowed = isAllowed(context.store, context.grants, request.user, access);
  return {
    code: 201,
    body: {
      kind: "SelfSubjectAccessReview",
      apiVersion: "authorization.k8s.io/v1",
      metadata: { creationTimestamp: null },
      spec: review.spec,
      status: { allowed },
    },
  };
}
