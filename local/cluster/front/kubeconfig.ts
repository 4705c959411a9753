import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import type { ApiServerConnection } from "../admin-client.ts";

interface Named<K extends string, T> {
  readonly list: readonly (Record<K, T> & { readonly name: string })[];
}

interface Kubeconfig {
  readonly "current-context"?: string;
  readonly contexts?: Named<"context", { cluster: string; user: string }>["list"];
  readonly clusters?: Named<"cluster", { server?: string } & Record<string, unknown>>["list"];
  readonly users?: Named<"user", Record<string, unknown>>["list"];
}

/** Reads who and where from a kubeconfig: a token or a client certificate, and the CA, inline or in files beside it. */
export function readKubeconfig(file: string, contextName?: string): ApiServerConnection {
  const config = (parse(readFileSync(file, "utf8")) ?? {}) as Kubeconfig;
  const wanted = contextName ?? config["current-context"];
  const context = config.contexts?.find(({ name }) => name === wanted)?.context;
  if (!context) throw new Error(`${file}: context "${wanted}" is not in contexts; set current-context or name one that is`);
  const cluster = config.clusters?.find(({ name }) => name === context.cluster)?.cluster;
  if (!cluster?.server) throw new Error(`${file}: cluster "${context.cluster}" has no server`);
  const user = config.users?.find(({ name }) => name === context.user)?.user ?? {};

  const pem = (source: Record<string, unknown>, key: string): string | undefined => {
    const data = source[`${key}-data`];
    if (typeof data === "string") return Buffer.from(data, "base64").toString();
    const path = source[key];
    return typeof path === "string" ? readFileSync(resolve(dirname(file), path), "utf8") : undefined;
  };

  const caPem = pem(cluster, "certificate-authority");
  if (!caPem) throw new Error(`${file}: cluster "${context.cluster}" has no certificate-authority; unverified servers are not supported`);
  const token = typeof user.token === "string" ? user.token : undefined;
  const clientCertificatePem = pem(user, "client-certificate");
  const clientKeyPem = pem(user, "client-key");
  if (!token && !clientCertificatePem) {
    throw new Error(`${file}: user "${context.user}" has neither token nor client-certificate; other ways to log in are not supported`);
  }
  return {
    url: cluster.server,
    caPem,
    ...(token ? { token } : {}),
    ...(clientCertificatePem ? { clientCertificatePem } : {}),
    ...(clientKeyPem ? { clientKeyPem } : {}),
  };
}
