import type {
  CreateAnswer,
  KubernetesClient,
  PatchAnswer,
  TextAnswer,
} from "../../../../functions/adapters/kubernetes/kubernetes-client.ts";

/** Base of fakes of the client: whatever a fake does not play fails the test that calls it. */
export class UnplayedKubernetesClient implements KubernetesClient {
  async get<T>(path: string): Promise<T | null> {
    return unplayed(`GET ${path}`);
  }

  async list<T>(path: string): Promise<readonly T[] | null> {
    return unplayed(`LIST ${path}`);
  }

  async patch<T>(path: string, _body: unknown): Promise<PatchAnswer<T>> {
    return unplayed(`PATCH ${path}`);
  }

  async merge<T>(path: string, _body: unknown): Promise<PatchAnswer<T>> {
    return unplayed(`merge ${path}`);
  }

  async strategic<T>(path: string, _body: unknown): Promise<PatchAnswer<T>> {
    return unplayed(`strategic ${path}`);
  }

  async apply<T>(path: string, _body: unknown): Promise<PatchAnswer<T>> {
    return unplayed(`apply ${path}`);
  }

  async create(path: string, _body?: unknown): Promise<CreateAnswer<never>> {
    return unplayed(`POST ${path}`);
  }

  async remove(path: string): Promise<never> {
    return unplayed(`DELETE ${path}`);
  }

  async text(path: string): Promise<TextAnswer> {
    return unplayed(`TEXT ${path}`);
  }

  async watch(path: string): Promise<never> {
    return unplayed(`WATCH ${path}`);
  }

  async served(group: string): Promise<readonly string[]> {
    return unplayed(`served ${group}`);
  }
}

function unplayed(request: string): never {
  throw new Error(`the fake API server does not play ${request}`);
}
