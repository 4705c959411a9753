import type { ApiContext, ApiResponse } from "../api/object-requests.ts";
import type { ApiRequest } from "../api/request-options.ts";
import { RESOURCE_TYPES } from "../api/resource-types.ts";
import { type FailureStatus, StatusError } from "../api/status-error.ts";
import { reviewedByWebhooks, webhooksAsked } from "../api/webhook-admission.ts";
import { createObject, type WriteContext } from "../api/write-operations.ts";
import type { KubernetesObject, Pod } from "../objects.ts";
import { CONTROLLER_MANAGER } from "./cluster-access.ts";

/** What webhooks said about the pod of an owner; absent while they are being asked. */
type Verdict = StatusError | undefined;

/** One pod of an owner is asked about at a time, so that a late answer never makes one too many. */
const ASKED = new WeakMap<WriteContext, Map<string, { readonly verdict: Verdict }>>();

function createRequest(namespace: string, body: Partial<KubernetesObject>): ApiRequest {
  return {
    method: "POST",
    path: `/api/v1/namespaces/${namespace}/pods`,
    query: new URLSearchParams(),
    contentType: "application/json",
    body: JSON.stringify({ ...body, kind: "Pod", apiVersion: "v1" }),
    user: { username: "system:kube-controller-manager", groups: ["system:authenticated"] },
  };
}

function answered(context: WriteContext, namespace: string, { body, query }: ApiRequest): ApiResponse {
  try {
    const options = { ...CONTROLLER_MANAGER, dryRun: query.has("dryRun") };
    const parsed = JSON.parse(body) as Partial<KubernetesObject>;
    return { code: 201, body: createObject<Pod>(context, RESOURCE_TYPES.pods, namespace, parsed, options) };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { code: error.status.code, body: error.status };
  }
}

/**
 * Makes a pod that admission webhooks want to see. Their answer comes later and calls `again`: the pod is there then, or the next call for
 * this owner tells their refusal. undefined: no webhook asks for pods here.
 */
export function createReviewedPod(
  context: WriteContext,
  owner: KubernetesObject,
  body: Partial<KubernetesObject>,
  again: () => void,
): { readonly pending: true } | { readonly refusal: StatusError } | undefined {
  const { uid, namespace = "" } = owner.metadata;
  const asked = ASKED.get(context) ?? new Map<string, { readonly verdict: Verdict }>();
  ASKED.set(context, asked);
  const known = asked.get(uid);
  if (known?.verdict) {
    asked.delete(uid);
    return { refusal: known.verdict };
  }
  if (known) return { pending: true };
  const api: ApiContext = { ...context, grants: {} };
  const request = createRequest(namespace, body);
  const hooks = webhooksAsked(api, request);
  if (hooks.length === 0) return undefined;
  asked.set(uid, { verdict: undefined });
  void reviewedByWebhooks(api, request, hooks, (tried) => answered(context, namespace, tried)).then((answer) => {
    if (answer.code < 400 || "watch" in answer) asked.delete(uid);
    else asked.set(uid, { verdict: refusalOf(answer.body as FailureStatus) });
    again();
  });
  return { pending: true };
}

function refusalOf({ code, reason, message, details }: FailureStatus): StatusError {
  return new StatusError(code, reason, message, details);
}
