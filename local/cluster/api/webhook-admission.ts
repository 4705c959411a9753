import { randomUUID } from "node:crypto";
import type { KubernetesObject, LabelSelector } from "../objects.ts";
import { callWebhook, type Webhook } from "./call-webhook.ts";
import type { ApiContext, ApiResponse } from "./object-requests.ts";
import { type ApiRequest, deleteOptions } from "./request-options.ts";
import { parseResourcePath, type RequestTarget } from "./request-path.ts";
import { RESOURCE_TYPES } from "./resource-types.ts";
import { selectorMatches } from "./selectors.ts";
import { findServedType, type ServedType } from "./served-types.ts";
import { StatusError } from "./status-error.ts";

interface WebhookConfiguration extends KubernetesObject {
  webhooks?: Webhook[];
}

const OPERATIONS: Readonly<Record<string, string>> = { POST: "CREATE", PUT: "UPDATE", PATCH: "UPDATE", DELETE: "DELETE" };
const TRIES = 5;

function hasRule(webhook: Webhook, operation: string, target: RequestTarget, { type, version }: ServedType): boolean {
  const has = (list: readonly string[], value: string): boolean => list.includes("*") || list.includes(value);
  const resource = target.subresource ? `${target.plural}/${target.subresource}` : target.plural;
  const forms = [resource, ...(target.subresource ? [`${target.plural}/*`, `*/${target.subresource}`] : ["*"]), "*/*"];
  return webhook.rules.some(
    (rule) =>
      has(rule.operations, operation) &&
      has(rule.apiGroups, type.group) &&
      rule.apiVersions.some((one) => one === "*" || one === version) &&
      rule.resources.some((one) => forms.includes(one)) &&
      (rule.scope === "*" || (rule.scope === "Namespaced") === type.namespaced),
  );
}

const matches = (selector: LabelSelector | undefined, labels: Record<string, string> | undefined): boolean =>
  selector === undefined || Object.keys(selector).length === 0 || selectorMatches(selector, labels);

/** The webhooks that have a rule for this request; none for reads and nearly always, so that nothing waits for nothing. */
export function webhooksAsked({ store }: ApiContext, request: ApiRequest): readonly Webhook[] {
  const operation = OPERATIONS[request.method];
  const configurations = operation ? store.list<WebhookConfiguration>(RESOURCE_TYPES.validatingwebhookconfigurations) : [];
  const target = configurations.length > 0 ? parseResourcePath(request.path) : undefined;
  const served = target && findServedType(store, target.group, target.version, target.plural);
  if (!operation || !target || !served || target.group === "admissionregistration.k8s.io") return [];
  const namespace = store.find(RESOURCE_TYPES.namespaces, undefined, target.namespace ?? "");
  return configurations
    .flatMap(({ webhooks }) => webhooks ?? [])
    .filter((webhook) => hasRule(webhook, operation, target, served) && matches(webhook.namespaceSelector, namespace?.metadata.labels));
}

function asDryRun(request: ApiRequest): ApiRequest {
  if (request.method === "DELETE") return { ...request, body: JSON.stringify({ ...deleteOptions(request), dryRun: ["All"] }) };
  const query = new URLSearchParams(request.query);
  query.set("dryRun", "All");
  return { ...request, query };
}

function isDryRun(request: ApiRequest): boolean {
  return request.query.has("dryRun") || (request.method === "DELETE" && (deleteOptions(request).dryRun ?? []).length > 0);
}

/**
 * Tries the request without storing anything, shows the outcome to the webhooks, and answers it for good when none of them objects.
 * What changed under its hands meanwhile is tried again.
 */
export async function reviewedByWebhooks(
  context: ApiContext,
  request: ApiRequest,
  hooks: readonly Webhook[],
  answer: (request: ApiRequest) => ApiResponse,
): Promise<ApiResponse> {
  const target = parseResourcePath(request.path);
  const served = target && findServedType(context.store, target.group, target.version, target.plural);
  if (!target || !served) return answer(request);
  const stored = (): KubernetesObject | undefined => context.store.find(served.type, target.namespace, target.name ?? "");
  for (let tries = TRIES; ; tries -= 1) {
    const before = stored();
    const tried = answer(asDryRun(request));
    if (tried.code >= 400 || "watch" in tried) return tried;
    const review = reviewOf(request, target, served, before, request.method === "DELETE" ? undefined : (tried.body as KubernetesObject));
    const objects = [review.object, review.oldObject].filter((object) => object !== null);
    const interested = hooks.filter(({ objectSelector }) => objects.some(({ metadata }) => matches(objectSelector, metadata.labels)));
    const refusals = await Promise.all(interested.map((webhook) => callWebhook(webhook, review)));
    const refusal = refusals.find((one) => one !== undefined);
    if (refusal instanceof StatusError) return { code: refusal.status.code, body: refusal.status };
    if (tries === 0 || stored() === before) return answer(request);
  }
}

function reviewOf(
  request: ApiRequest,
  target: RequestTarget,
  { type, version, present }: ServedType,
  before: KubernetesObject | undefined,
  after: KubernetesObject | undefined,
) {
  const kind = { group: type.group, version, kind: type.kind };
  const resource = { group: type.group, version, resource: type.plural };
  return {
    uid: randomUUID(),
    kind,
    resource,
    ...(target.subresource ? { subResource: target.subresource } : {}),
    requestKind: kind,
    requestResource: resource,
    name: target.name ?? after?.metadata.name ?? "",
    ...(target.namespace ? { namespace: target.namespace } : {}),
    operation: request.method !== "DELETE" && before === undefined ? "CREATE" : OPERATIONS[request.method],
    userInfo: { username: request.user.username, groups: request.user.groups },
    object: after ?? null,
    oldObject: before === undefined ? null : present(before),
    dryRun: isDryRun(request),
  };
}
