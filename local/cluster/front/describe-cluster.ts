import type { IncomingMessage, ServerResponse } from "node:http";
import { type FaultBook, stall } from "./faults.ts";

/** What DescribeCluster tells about the one cluster of the front. */
export interface ClusterDescription {
  readonly name: string;
  readonly region: string;
  readonly endpoint: string;
  readonly caPem: string;
  readonly version: string;
  readonly createdAt: Date;
}

function describe({ name, region, endpoint, caPem, version, createdAt }: ClusterDescription): unknown {
  return {
    cluster: {
      name,
      arn: `arn:aws:eks:${region}:000000000000:cluster/${name}`,
      createdAt: createdAt.getTime() / 1000,
      version,
      endpoint,
      roleArn: "arn:aws:iam::000000000000:role/rollguard-local-cluster",
      resourcesVpcConfig: {
        subnetIds: [],
        securityGroupIds: [],
        endpointPublicAccess: true,
        endpointPrivateAccess: false,
        publicAccessCidrs: ["127.0.0.1/32"],
      },
      kubernetesNetworkConfig: { serviceIpv4Cidr: "10.100.0.0/16", ipFamily: "ipv4" },
      identity: { oidc: { issuer: `${endpoint}/oidc` } },
      status: "ACTIVE",
      certificateAuthority: { data: Buffer.from(caPem).toString("base64") },
      platformVersion: "eks.1",
      tags: {},
      accessConfig: { authenticationMode: "API" },
    },
  };
}

function answer(response: ServerResponse, code: number, body: unknown, errorType?: string): void {
  response.writeHead(code, { "content-type": "application/json", ...(errorType ? { "x-amzn-errortype": errorType } : {}) });
  response.end(JSON.stringify(body));
}

function fail(response: ServerResponse, code: number, errorType: string, message: string): void {
  answer(response, code, { __type: errorType, message }, errorType);
}

/** Serves the one call of the EKS API that Rollguard makes. */
export function eksHandler(cluster: ClusterDescription, faults: FaultBook): (request: IncomingMessage, response: ServerResponse) => void {
  function respond(request: IncomingMessage, response: ServerResponse): void {
    const name = /^\/clusters\/([^/?]+)$/.exec(request.url?.split("?")[0] ?? "")?.[1];
    if (request.method !== "GET" || name === undefined) {
      fail(
        response,
        404,
        "UnknownOperationException",
        `the local EKS answers GET /clusters/{name} only, not ${request.method} ${request.url}`,
      );
    } else if (!request.headers.authorization?.startsWith("AWS4-HMAC-SHA256 ")) {
      fail(response, 403, "MissingAuthenticationTokenException", "Missing Authentication Token");
    } else if (decodeURIComponent(name) !== cluster.name) {
      fail(response, 404, "ResourceNotFoundException", `No cluster found for name: ${decodeURIComponent(name)}.`);
    } else {
      answer(response, 200, describe(cluster));
    }
  }

  return (request, response) => {
    request.resume();
    const fault = faults.strike({ server: "eks", caller: "eks", method: request.method ?? "", path: request.url ?? "" });
    switch (fault?.kind) {
      case "status":
        return fail(response, fault.code, fault.code === 429 ? "TooManyRequestsException" : "ServerException", "a planted fault");
      case "delay":
        setTimeout(() => respond(request, response), fault.milliseconds);
        return;
      case "stall": {
        const hungUp = new AbortController();
        response.on("close", () => hungUp.abort());
        void stall(fault, hungUp.signal).then(() => request.socket.destroy());
        return;
      }
      case "drop-before-apply":
      case "drop-after-apply":
        request.socket.destroy();
        return;
      default:
        respond(request, response);
    }
  };
}
