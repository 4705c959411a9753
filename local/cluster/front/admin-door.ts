import type { IncomingMessage, ServerResponse } from "node:http";
import { StatusError } from "../api/status-error.ts";
import { type BackdatedObject, bodyOf, type KubernetesBackend } from "./backend.ts";
import type { FaultBook, FaultSpec } from "./faults.ts";

function answer(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** `/_front/…`: faults and back-dating, for suites in other processes. The caller has been checked to be the admin. */
export async function serveAdminDoor(
  request: IncomingMessage,
  response: ServerResponse,
  { faults, backend }: { readonly faults: FaultBook; readonly backend: KubernetesBackend },
): Promise<void> {
  const door = `${request.method} ${request.url?.split("?")[0]}`;
  const body = await bodyOf(request);
  switch (door) {
    case "GET /_front/faults":
      return answer(response, 200, { faults: faults.list() });
    case "POST /_front/faults":
      return answer(response, 201, faults.add(JSON.parse(body) as FaultSpec));
    case "DELETE /_front/faults":
      faults.clear();
      return answer(response, 200, { faults: [] });
    case "POST /_front/backdate": {
      if (!backend.backdate)
        return answer(response, 501, { backdated: false, reason: "a real API server does not let anybody set creationTimestamp" });
      try {
        backend.backdate(JSON.parse(body) as BackdatedObject);
        return answer(response, 200, { backdated: true });
      } catch (error) {
        if (error instanceof StatusError) return answer(response, error.status.code, error.status);
        throw error;
      }
    }
    default:
      return answer(response, 404, { message: `the front has no ${door}` });
  }
}
