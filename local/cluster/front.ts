import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type AuthenticatorProps, createAuthenticator } from "./front/authenticator.ts";
import type { KubernetesBackend } from "./front/backend.ts";
import { makeCertificates } from "./front/certificates.ts";
import { eksHandler } from "./front/describe-cluster.ts";
import { FaultBook } from "./front/faults.ts";
import { kubernetesHandler } from "./front/kubernetes-handler.ts";

export type FrontProps = Omit<AuthenticatorProps, "adminToken"> & {
  readonly backend: KubernetesBackend;
  /** 0 picks a free one. @default ROLLGUARD_EKS_PORT or 4590 */
  readonly eksPort?: number;
  /** 0 picks a free one. @default ROLLGUARD_KUBERNETES_PORT or 4591 */
  readonly kubernetesPort?: number;
  /** @default "us-east-1" */
  readonly region?: string;
  /** What DescribeCluster says. @default "1.34" */
  readonly version?: string;
  readonly onRefused?: (reason: string) => void;
};

export interface RunningFront {
  readonly eksUrl: string;
  readonly kubernetesUrl: string;
  readonly caPem: string;
  /** Bearer token with all rights, made for this run. */
  readonly adminToken: string;
  readonly faults: FaultBook;
  /** Ends everything at once, open watches too. */
  stop(): Promise<void>;
}

const IDLE_CONNECTION_MILLISECONDS = 180_000;

function portFrom(variable: string, otherwise: number): number {
  const text = process.env[variable];
  if (text === undefined || text === "") return otherwise;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`${variable} is "${text}", expected a port number`);
  return port;
}

function listen(server: Server, port: number, what: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const hint = cause.code === "EADDRINUSE" ? `; port ${port} is taken, set ${what} to another one` : "";
      reject(new Error(`the cluster front cannot listen on 127.0.0.1:${port}${hint}`, { cause }));
    });
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Opens the two doors of an EKS cluster on loopback: the EKS API (DescribeCluster) over HTTP and the Kubernetes API over HTTPS. */
export async function startFront(props: FrontProps): Promise<RunningFront> {
  const { caPem, certPem, keyPem } = await makeCertificates();
  const adminToken = randomBytes(24).toString("base64url");
  const faults = new FaultBook();
  const authenticate = createAuthenticator({ ...props, adminToken });
  const { backend, onRefused } = props;

  const handler = kubernetesHandler({ authenticate, backend, faults, ...(onRefused ? { onRefused } : {}) });
  const kubernetes = createTlsServer({ key: keyPem, cert: certPem }, handler);
  // As long as a real API server keeps idle connections; Node's 5 s close them just when a client comes back after a pause.
  kubernetes.keepAliveTimeout = IDLE_CONNECTION_MILLISECONDS;
  const kubernetesPort = await listen(
    kubernetes,
    props.kubernetesPort ?? portFrom("ROLLGUARD_KUBERNETES_PORT", 4591),
    "ROLLGUARD_KUBERNETES_PORT",
  );
  const kubernetesUrl = `https://127.0.0.1:${kubernetesPort}`;

  const description = {
    name: props.clusterName,
    region: props.region ?? "us-east-1",
    endpoint: kubernetesUrl,
    caPem,
    version: props.version ?? "1.34",
    createdAt: new Date(),
  };
  const eks = createServer(eksHandler(description, faults));
  eks.keepAliveTimeout = IDLE_CONNECTION_MILLISECONDS;
  const eksPort = await listen(eks, props.eksPort ?? portFrom("ROLLGUARD_EKS_PORT", 4590), "ROLLGUARD_EKS_PORT").catch(
    async (error: unknown) => {
      await close(kubernetes);
      throw error;
    },
  );

  return {
    eksUrl: `http://127.0.0.1:${eksPort}`,
    kubernetesUrl,
    caPem,
    adminToken,
    faults,
    async stop() {
      backend.stop();
      await Promise.all([close(eks), close(kubernetes)]);
    },
  };
}
