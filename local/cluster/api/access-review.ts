import type { KubernetesObject } from "../objects.ts";
import { type AccessRequest, isAllowed, type ROLLGUARD_GRANTS, type User } from "./authorization.ts";
import type { ObjectStore } from "./object-store.ts";
import { type ApiRequest, parseBody } from "./request-options.ts";
import type { RequestTarget } from "./request-path.ts";
import { noSuchResource } from "./status-error.ts";

export interface AccessContext {
  readonly store: ObjectStore;
  readonly grants: typeof ROLLGUARD_GRANTS;
}

interface Review extends KubernetesObject {
  spec?: { resourceAttributes?: Record<string, string>; user?: string; groups?: string[] };
}

const SELF = "selfsubjectaccessreviews";
const KINDS: Readonly<Record<string, string>> = {
  [SELF]: "SelfSubjectAccessReview",
  subjectaccessreviews: "SubjectAccessReview",
  localsubjectaccessreviews: "LocalSubjectAccessReview",
};

export function isUserAllowed({ store, grants }: AccessContext, user: User, access: AccessRequest): boolean {
  return isAllowed(store, grants, user, access);
}

/**
 * `POST selfsubjectaccessreviews` (may I? every user may ask), `POST subjectaccessreviews` (may somebody else? who may create one asks) and the same in one
 * namespace, `POST localsubjectaccessreviews`.
 */
export function reviewAccess(context: AccessContext, request: ApiRequest, target: RequestTarget): { code: number; body: unknown } {
  const kind = KINDS[target.plural];
  if (kind === undefined) throw noSuchResource();
  const { spec } = parseBody<Review>(request);
  const { verb = "", group = "", resource = "", subresource, namespace, name } = spec?.resourceAttributes ?? {};
  const user = target.plural === SELF ? request.user : { username: spec?.user ?? "", groups: spec?.groups ?? [] };
  const allowed = isUserAllowed(context, user, {
    verb,
    group,
    resource,
    ...(subresource ? { subresource } : {}),
    ...(namespace ? { namespace } : {}),
    ...(name ? { name } : {}),
  });
  return {
    code: 201,
    body: { kind, apiVersion: "authorization.k8s.io/v1", metadata: { creationTimestamp: null }, spec, status: { allowed } },
  };
}
