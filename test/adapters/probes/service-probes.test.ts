import { createServer } from "node:http";
import { createServer as createEncrypted } from "node:https";
import { type AddressInfo, createServer as createTcp, type Server } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { TextAnswer } from "../../../functions/adapters/kubernetes/kubernetes-client.ts";
import { serviceProbes } from "../../../functions/adapters/probes/service-probes.ts";
import type { Check } from "../../../functions/domain/blueprint.ts";
import type { ProbedCheck } from "../../../functions/domain/probe.ts";
import { makeCertificates } from "../../../local/cluster/front/certificates.ts";
import { STAMP, TARGET, to } from "../gitops/support.ts";
import { ObjectCluster } from "../kubernetes/support/object-cluster.ts";
import { putEndpoints } from "../traffic/support.ts";

const common = { name: "probed", critical: true, rollbackTrigger: false };
const http = (url: string, timeoutSeconds = 5): ProbedCheck => ({
  type: "http",
  ...common,
  url,
  status: 200,
  timeoutSeconds,
  latencyMs: null,
});
const database = (port: number, host = "127.0.0.1"): ProbedCheck => ({ type: "db_connection", ...common, host, port, timeoutSeconds: 5 });

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    if ("closeAllConnections" in server) (server as ReturnType<typeof createServer>).closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** A port on which nothing listens any more. */
async function closedPort(): Promise<number> {
  const server = createTcp();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** Answers every request for a log. */
class LoggingCluster extends ObjectCluster {
  readonly asked: string[] = [];
  answer: TextAnswer = { outcome: "text", text: "" };

  override async text(path: string): Promise<TextAnswer> {
    this.asked.push(path);
    return this.answer;
  }
}

const ask = (check: ProbedCheck, cluster: ObjectCluster = new ObjectCluster(), templateHash: string | null = "good") =>
  serviceProbes(to(cluster)).run(check, {
    target: TARGET,
    templateHash,
    since: new Date("2026-11-20T03:12:42Z"),
    execution: STAMP.execution,
  });

describe("an http probe", () => {
  it("answers with the status, and follows no redirect", async () => {
    const paths: string[] = [];
    const port = await listening(
      createServer((request, response) => {
        paths.push(request.url ?? "");
        response.writeHead(request.url === "/health" ? 302 : 200, { location: "/elsewhere" }).end("body");
      }),
    );

    expect(await ask(http(`http://127.0.0.1:${port}/health`))).toMatchObject({ kind: "answer", value: 302 });
    expect(paths).toEqual(["/health"]);
  });

  it("fails where nothing listens", async () => {
    const port = await closedPort();

    expect(await ask(http(`http://127.0.0.1:${port}`))).toMatchObject({ kind: "failed", reason: expect.stringContaining("ECONNREFUSED") });
  });

  it("fails where the service takes the connection and does not answer", async () => {
    const port = await listening(createServer(() => undefined));

    expect(await ask(http(`http://127.0.0.1:${port}`, 0.2))).toEqual({ kind: "failed", reason: "no answer within 0.2 s" });
  });

  it("fails where the service breaks the connection", async () => {
    const port = await listening(createTcp((socket) => socket.destroy()));

    expect(await ask(http(`http://127.0.0.1:${port}`))).toMatchObject({ kind: "failed", reason: expect.stringContaining("ECONNRESET") });
  });

  it("fails on a certificate that proves nothing", async () => {
    const { certPem, keyPem } = await makeCertificates();
    const port = await listening(createEncrypted({ cert: certPem, key: keyPem }, (_, response) => void response.end()));

    expect(await ask(http(`https://127.0.0.1:${port}`))).toMatchObject({
      kind: "failed",
      reason: expect.stringContaining("does not prove who it is"),
    });
  });

  it("is unreachable where the name is not known", async () => {
    expect(await ask(http("http://nowhere.invalid/health"))).toMatchObject({
      kind: "unreachable",
      reason: expect.stringMatching(/nowhere\.invalid cannot be reached from the function: E/),
    });
  });
});

describe("a probe of a database", () => {
  it("is answered by whatever listens, and sends nothing", async () => {
    let bytes = 0;
    const port = await listening(
      createTcp((socket) => {
        socket.on("data", (chunk) => {
          bytes += chunk.length;
        });
      }),
    );

    expect(await ask(database(port))).toMatchObject({ kind: "answer", value: 1 });
    expect(bytes).toBe(0);
  });

  it("fails where nothing listens, and is unreachable where the name is not known", async () => {
    expect(await ask(database(await closedPort()))).toMatchObject({ kind: "failed" });
    expect(await ask(database(5432, "nowhere.invalid"))).toMatchObject({ kind: "unreachable" });
  });
});

describe("a probe of ready endpoints", () => {
  const check: ProbedCheck = { type: "endpoints_ready", ...common, kubernetesService: "web", minimum: 1 };

  it("counts the addresses behind the Service", async () => {
    const cluster = new ObjectCluster();
    putEndpoints(cluster, "web", 3);

    expect(await ask(check, cluster)).toMatchObject({ kind: "answer", value: 3 });
  });

  it("is unreachable without the Service, or without the right to look", async () => {
    const forbidden = new ObjectCluster();
    forbidden.forbidden = ["endpoints"];

    expect(await ask(check)).toEqual({ kind: "unreachable", reason: "Service shop/web does not exist" });
    expect(await ask(check, forbidden)).toEqual({ kind: "unreachable", reason: "endpoints is forbidden: add the rule" });
  });
});

describe("a probe of the log", () => {
  const check: Extract<Check, { type: "log_errors" }> = { type: "log_errors", ...common, maximum: 0, tailLines: 50 };
  const withPods = (...hashes: readonly string[]) => {
    const cluster = new LoggingCluster();
    for (const [index, hash] of hashes.entries()) {
      cluster.put(`/api/v1/namespaces/shop/pods/pod-${index}`, {
        metadata: { name: `pod-${index}`, labels: { "pod-template-hash": hash }, creationTimestamp: `2026-11-20T03:0${index}:00Z` },
        spec: { containers: [{ name: "app" }] },
      });
    }
    return cluster;
  };

  it("counts error lines since the release is stable, of its two newest pods", async () => {
    const cluster = withPods("good", "bad", "good", "good");
    cluster.answer = { outcome: "text", text: "INFO ready\nERROR password=hunter2 was refused\n" };

    const reading = await ask(check, cluster);

    expect(reading).toMatchObject({ kind: "answer", value: 2 });
    expect(JSON.stringify(reading)).not.toContain("hunter2");
    expect(cluster.asked.map((path) => path.split("/log?")[0])).toEqual([
      "/api/v1/namespaces/shop/pods/pod-3",
      "/api/v1/namespaces/shop/pods/pod-2",
    ]);
    expect(cluster.asked[0]).toContain("sinceTime=2026-11-20T03%3A12%3A42.000Z&tailLines=50");
  });

  it("is unreachable where no log can be read, or where it is not known whose pods count", async () => {
    const silent = withPods("good");
    silent.answer = { outcome: "refused", message: "container is waiting to start" };

    expect(await ask(check, silent)).toMatchObject({ kind: "unreachable" });
    expect(await ask(check, withPods("good"), null)).toMatchObject({ kind: "unreachable" });
  });
});

it("nobody waits longer than the bound for an answer", async () => {
  const cluster = new (class extends ObjectCluster {
    override get<T>(): Promise<T | null> {
      return new Promise(() => undefined);
    }
  })();
  const check: ProbedCheck = { type: "endpoints_ready", ...common, kubernetesService: "web", minimum: 1 };

  const reading = await serviceProbes(to(cluster), -0.4).run(check, {
    target: TARGET,
    templateHash: "good",
    since: new Date(0),
    execution: "rg",
  });

  expect(reading).toMatchObject({ kind: "unreachable", reason: expect.stringContaining("nobody answered") });
});
