import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { InvalidInputError } from "../../domain/errors.ts";
import type { Archive } from "../../ports/archive.ts";
import { atEndpoint, configuredEndpoint, type Environment, endpointOf } from "./aws-endpoint.ts";
import { type AwsIdentity, ownIdentity } from "./aws-identity.ts";
import { AwsRefusal } from "./aws-refusal.ts";
import { callAws } from "./call-aws.ts";
import { type SignedRequest, signedRequest } from "./signed-request.ts";

/** What tests set; production uses the defaults. */
export interface S3ArchiveOptions {
  /** @default this function's role */
  readonly identity?: AwsIdentity;
  /** Where AWS_ENDPOINT_URL and its like are read. @default process.env */
  readonly environment?: Environment;
}

/** The key of the bucket is disabled or gone, or the object was moved to a colder class. */
const UNREADABLE = /^KMS\.|^InvalidObjectState$/;
const MOST_BYTES_UNPACKED = 256 * 1024 * 1024;

/**
 * A bucket of this function's region. Bodies are stored as gzip and encrypted as the bucket says (SSE-KMS by default: no header names a key here).
 * Without s3:ListBucket, S3 answers 403 for a key that does not exist: then `get` throws PermissionError instead of answering null.
 */
export function s3Archive(bucket: string, prefix = "", options: S3ArchiveOptions = {}): Archive {
  const { identity = ownIdentity(), environment = process.env } = options;

  async function send(action: string, key: string, request: Pick<SignedRequest, "method" | "headers" | "body">) {
    const region = await identity.region();
    const url = objectUrl(bucket, `${prefix}${key}`, region, environment);
    return callAws(action, () => signedRequest({ ...request, service: "s3", region, url, credentials: identity.credentials }));
  }

  return {
    async put(key, text, contentType) {
      const body = await promisify(gzip)(text);
      const headers = {
        "content-type": contentType,
        "content-encoding": "gzip",
        "x-amz-checksum-sha256": createHash("sha256").update(body).digest("base64"),
      };
      await send("s3:PutObject", key, { method: "PUT", headers, body });
    },
    async get(key) {
      const answer = await send("s3:GetObject", key, { method: "GET" }).catch((error: unknown) => {
        if (error instanceof AwsRefusal && error.name === "NoSuchKey") return null;
        if (!(error instanceof AwsRefusal && UNREADABLE.test(error.name))) throw error;
        throw new InvalidInputError(
          `the archive's object ${key} cannot be read (${error.name}: ${error.message})`,
          { key },
          { cause: error },
        );
      });
      return answer === null ? null : unpacked(answer.bytes, key);
    },
    // No version is named: a bucket with versions puts a delete marker on top, and its lifecycle does the rest.
    async remove(key) {
      await send("s3:DeleteObject", key, { method: "DELETE" });
    },
  };
}

/**
 * Where an object is: the bucket is part of the host's name, except where that cannot be (an endpoint that is an IP address, a name with dots that no
 * certificate fits), as the SDK decides it.
 */
export function objectUrl(bucket: string, key: string, region: string, environment: Environment = process.env): URL {
  const path = `/${key.split("/").map(segment).join("/")}`;
  const endpoint = endpointOf("s3", region, environment);
  const isAddress = configuredEndpoint("s3", environment) !== null && /^(\d+\.){3}\d+$|^\[/.test(endpoint.hostname);
  if (isAddress || bucket.includes(".")) return atEndpoint(endpoint, `/${segment(bucket)}${path}`);
  endpoint.hostname = `${bucket}.${endpoint.hostname}`;
  return atEndpoint(endpoint, path);
}

/** Percent-encoded as the signature wants it. A URL drops segments of dots, and the object would be another one. */
function segment(text: string): string {
  if (text === "." || text === "..") throw new Error("a key of the archive has no . or .. segments");
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** By its first bytes: something between S3 and us may have unpacked it already. */
async function unpacked(bytes: Buffer, key: string): Promise<string> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip) return bytes.toString("utf8");
  try {
    return (await promisify(gunzip)(bytes, { maxOutputLength: MOST_BYTES_UNPACKED })).toString("utf8");
  } catch (cause) {
    throw new InvalidInputError(`the archive's object ${key} is damaged: it cannot be unpacked`, { key }, { cause });
  }
}
