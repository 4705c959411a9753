import type { User } from "./api/authorization.ts";
import type { ApiRequest } from "./api/request-options.ts";
import type { WatchEvent } from "./api/watch-operation.ts";
import { ClusterClient, type ClusterTransport, type OpenedWatch, type RawRequest } from "./cluster-client.ts";
import type { KubernetesSimulator } from "./kubernetes-simulator.ts";

export const ADMIN: User = { username: "admin", groups: ["system:masters", "system:authenticated"] };

function apiRequest({ method, path, body, contentType }: RawRequest, user: User, userAgent: string): ApiRequest {
  const [pathOnly = "", query] = path.split("?");
  return {
    method,
    path: pathOnly,
    query: new URLSearchParams(query),
    contentType: contentType ?? "application/json",
    userAgent,
    body: body === undefined ? "" : JSON.stringify(body),
    user,
  };
}

/** A client that calls the simulator directly, without a socket in between. */
export function inProcessClient(simulator: KubernetesSimulator, { user = ADMIN, userAgent = "in-process" } = {}): ClusterClient {
  const open = new Set<() => void>();
  const transport: ClusterTransport = {
    async send(request) {
      await Promise.resolve();
      const answer = await simulator.handle(apiRequest(request, user, userAgent));
      if ("watch" in answer) throw new Error(`${request.path} is a watch`);
      return { code: answer.code, headers: {}, body: answer.body };
    },
    watch(path, onEvent): OpenedWatch {
      const answer = simulator.handle(apiRequest({ method: "GET", path }, user, userAgent));
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      if (answer instanceof Promise || !("watch" in answer)) {
        resolve();
        return { ended, stop: () => undefined };
      }
      let stopped = false;
      const deliver = (event: WatchEvent): void => queueMicrotask(() => (stopped ? undefined : onEvent(event)));
      const close = answer.watch(deliver);
      const stop = (): void => {
        stopped = true;
        open.delete(stop);
        close();
        resolve();
      };
      open.add(stop);
      return { ended, stop };
    },
    close() {
      for (const stop of [...open]) stop();
    },
  };
  return new ClusterClient(transport);
}
