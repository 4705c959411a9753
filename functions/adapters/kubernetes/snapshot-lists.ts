import { createHash } from "node:crypto";
import type { ConfigMap, Pod, Service } from "kubernetes-types/core/v1.d.ts";
import type { ObjectMeta } from "kubernetes-types/meta/v1.d.ts";
import { PermissionError } from "../../domain/errors.ts";
import { contentHash } from "../../domain/release-content.ts";
import { copyName } from "./config-copy.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** A ConfigMap or Secret reduced to what a snapshot keeps of it, as soon as it is read: contents do not stay in memory. */
export interface ConfigDigest {
  readonly name: string;
  readonly dataHash: string;
  readonly immutable: boolean;
}

/** An autoscaler or a budget of whatever version the server prefers. */
export interface AnyObject {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly metadata?: ObjectMeta;
  // biome-ignore lint/suspicious/noExplicitAny: the versions of a spec differ, and only common fields are read
  readonly spec?: any;
}

/** What a list gives, or why it may not be read. */
export type Listed<T> = { readonly items: readonly T[] } | { readonly refused: string };

/** The objects of one namespace, each kind read once however many services ask. A kind that a Role withholds is an answer. */
export interface NamespaceObjects {
  pods(selector: string): Promise<readonly Pod[]>;
  services(): Promise<Listed<Service>>;
  autoscalers(): Promise<Listed<AnyObject>>;
  budgets(): Promise<Listed<AnyObject>>;
  /** Those that exist among the names, and the service's copies of their content; of a whole namespace all. */
  configMaps(service: string, names: readonly string[]): Promise<Listed<ConfigDigest>>;
  /** One by one, since a Role names the Secrets that may be read. */
  secrets(names: readonly string[]): Promise<Listed<ConfigDigest>>;
}

export interface NamespaceScope {
  readonly namespace: string;
  /** One list per kind for many services, else only what one service names. */
  readonly whole: boolean;
}

export function namespaceObjects(kubernetes: KubernetesClient, { namespace, whole }: NamespaceScope): NamespaceObjects {
  const core = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  const once = new Map<string, Promise<unknown>>();
  const memo = <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const known = (once.get(key) as Promise<T> | undefined) ?? read();
    once.set(key, known);
    return known;
  };
  const versioned = async (group: string, versions: readonly string[], plural: string): Promise<readonly AnyObject[]> => {
    const served = await kubernetes.served(group);
    const version = versions.find((candidate) => served.includes(candidate));
    if (version === undefined) return [];
    return (await kubernetes.list<AnyObject>(`/apis/${group}/${version}/namespaces/${encodeURIComponent(namespace)}/${plural}`)) ?? [];
  };
  const one = (plural: "configmaps" | "secrets", name: string) =>
    memo(`${plural}/${name}`, async () => {
      const found = await kubernetes.get<ConfigMap>(`${core}/${plural}/${encodeURIComponent(name)}`);
      return found === null ? [] : [digested(found)];
    });
  const several = async (plural: "configmaps" | "secrets", names: readonly string[]) =>
    (await Promise.all(names.map((name) => one(plural, name)))).flat();

  return {
    pods: async (selector) =>
      memo(`pods ${whole ? "" : selector}`, async () => (await kubernetes.list<Pod>(`${core}/pods`, whole ? "" : selector)) ?? []),
    services: () => memo("services", () => permitted(async () => (await kubernetes.list<Service>(`${core}/services`)) ?? [])),
    autoscalers: () =>
      memo("autoscalers", () => permitted(() => versioned("autoscaling", ["v2", "v2beta2", "v1"], "horizontalpodautoscalers"))),
    budgets: () => memo("budgets", () => permitted(() => versioned("policy", ["v1", "v1beta1"], "poddisruptionbudgets"))),
    configMaps: (service, names) =>
      whole
        ? memo("configmaps", () => permitted(async () => ((await kubernetes.list<ConfigMap>(`${core}/configmaps`)) ?? []).map(digested)))
        : permitted(async () => {
            const found = await several("configmaps", names);
            return [
              ...found,
              ...(await several(
                "configmaps",
                found.map(({ name, dataHash }) => copyName({ service, name, dataHash })),
              )),
            ];
          }),
    secrets: (names) => permitted(() => several("secrets", names)),
  };
}

/** Content by which two ConfigMaps (or Secrets) are the same, whatever their names. */
export function dataHashOf({ data, binaryData }: { readonly data?: object | undefined; readonly binaryData?: object | undefined }): string {
  return contentHash({ data: data ?? {}, binaryData: binaryData ?? {} }, sha256);
}

/** A Secret has the same fields, without binaryData. */
function digested({ metadata, data, binaryData, immutable }: ConfigMap): ConfigDigest {
  return { name: metadata?.name ?? "", dataHash: dataHashOf({ data, binaryData }), immutable: immutable === true };
}

async function permitted<T>(read: () => Promise<readonly T[]>): Promise<Listed<T>> {
  try {
    return { items: await read() };
  } catch (error) {
    if (error instanceof PermissionError) return { refused: error.message };
    throw error;
  }
}
