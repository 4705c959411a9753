import { request as httpsRequest } from "node:https";
import type { LabelSelector } from "../objects.ts";
import { type FailureStatus, StatusError } from "./status-error.ts";

/** One webhook of a ValidatingWebhookConfiguration, after defaults. */
export interface Webhook {
  readonly name: string;
  /** Only webhooks reached by URL are called: the simulator routes no Services. */
  readonly clientConfig: { readonly url?: string; readonly caBundle?: string };
  readonly rules: readonly {
    readonly operations: readonly string[];
    readonly apiGroups: readonly string[];
    readonly apiVersions: readonly string[];
    readonly resources: readonly string[];
    readonly scope: string;
  }[];
  readonly failurePolicy: "Fail" | "Ignore";
  readonly sideEffects: string;
  readonly timeoutSeconds: number;
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
}

interface Verdict {
  readonly allowed: boolean;
  readonly status?: Partial<FailureStatus>;
}

/** Asks a webhook; undefined is a yes. A webhook that fails is a no (500) unless its failurePolicy is Ignore. */
export async function callWebhook(
  webhook: Webhook,
  review: { readonly uid: string; readonly dryRun: boolean },
): Promise<StatusError | undefined> {
  if (review.dryRun && !["None", "NoneOnDryRun"].includes(webhook.sideEffects)) {
    return new StatusError(400, "BadRequest", `admission webhook "${webhook.name}" does not support dry run`);
  }
  try {
    const { allowed, status } = await ask(webhook, review);
    return allowed ? undefined : denial(webhook.name, status);
  } catch (error) {
    if (webhook.failurePolicy === "Ignore") return undefined;
    const text = error instanceof Error ? error.message : String(error);
    const message = `Internal error occurred: failed calling webhook "${webhook.name}": failed to call webhook: ${text}`;
    return new StatusError(500, "InternalError", message, { causes: [{ reason: "", message, field: "" }] });
  }
}

function denial(name: string, status: Verdict["status"]): StatusError {
  const why = status?.message ?? status?.reason;
  const text = `admission webhook "${name}" denied the request${why ? `: ${why}` : " without explanation"}`;
  return new StatusError(Math.max(status?.code ?? 400, 400), status?.reason, text, status?.details);
}

function ask({ clientConfig, timeoutSeconds }: Webhook, review: { readonly uid: string }): Promise<Verdict> {
  const url = new URL(clientConfig.url ?? "");
  url.searchParams.set("timeout", `${timeoutSeconds}s`);
  const body = JSON.stringify({ kind: "AdmissionReview", apiVersion: "admission.k8s.io/v1", request: review });
  const ca = clientConfig.caBundle ? { ca: Buffer.from(clientConfig.caBundle, "base64") } : {};
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(url, { method: "POST", headers, ...ca }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => {
        if (response.statusCode !== 200)
          return reject(new Error(`an error on the server ("${text}") has prevented the request from succeeding`));
        const verdict = verdictIn(text);
        if (verdict?.uid === review.uid) resolve(verdict);
        else reject(new Error("expected response.uid to be that of the request"));
      });
      response.on("error", reject);
    });
    outgoing.setTimeout(timeoutSeconds * 1000, () => outgoing.destroy(new Error(`Post "${url}": context deadline exceeded`)));
    outgoing.on("error", (cause) => reject(new Error(`Post "${url}": ${cause.message}`, { cause })));
    outgoing.end(body);
  });
}

function verdictIn(text: string): (Verdict & { uid: string }) | undefined {
  try {
    return (JSON.parse(text) as { response?: Verdict & { uid: string } }).response;
  } catch {
    return undefined;
  }
}
