import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";

interface EmulatorRequest {
  readonly service: "s3" | "logs";
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One signed request to an emulator, for the services that the project has no SDK client of. Resolves to the body; throws when it is refused. */
async function ask(endpoint: string, { service, method, path, query = {}, headers = {}, body }: EmulatorRequest): Promise<Buffer> {
  const { protocol, hostname, port, host } = new URL(endpoint);
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const signer = new SignatureV4({ service, region: "us-east-1", credentials, sha256: Sha256, uriEscapePath: service !== "s3" });
  const request = { method, protocol, hostname, port: Number(port), path, query: { ...query }, headers: { ...headers, host }, body };
  const signed = await signer.sign(request);
  const url = new URL(`${path}?${new URLSearchParams(query)}`, endpoint);
  const answer = await fetch(url, { method, headers: signed.headers, body, signal: AbortSignal.timeout(20_000) });
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${bytes.toString().slice(0, 300)}`);
  return bytes;
}

/** An object as it lies in a bucket, one version of it. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: Buffer;
}

/** Every version of every object. */
export async function everyObject(endpoint: string, bucket: string): Promise<readonly StoredObject[]> {
  const listed = (await ask(endpoint, { service: "s3", method: "GET", path: `/${bucket}`, query: { versions: "" } })).toString();
  if (!/<IsTruncated>false<\/IsTruncated>/.test(listed)) throw new Error(`the list of ${bucket} is not whole: ${listed.slice(0, 300)}`);
  const versions = [...listed.matchAll(/<Version>(.*?)<\/Version>/gs)].map(([, version = ""]) => ({
    key: /<Key>(.*?)<\/Key>/.exec(version)?.[1] ?? "",
    versionId: /<VersionId>(.*?)<\/VersionId>/.exec(version)?.[1] ?? "",
  }));
  return Promise.all(
    versions.map(async ({ key, versionId }) => ({
      key,
      bytes: await ask(endpoint, { service: "s3", method: "GET", path: `/${bucket}/${key}`, query: { versionId } }),
    })),
  );
}

/** Every line of every log group, as CloudWatch Logs has it. */
export async function everyLogLine(endpoint: string): Promise<readonly string[]> {
  const logs = async <Answer>(action: string, body: object): Promise<Answer> => {
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": `Logs_20140328.${action}` };
    return JSON.parse(
      (await ask(endpoint, { service: "logs", method: "POST", path: "/", headers, body: JSON.stringify(body) })).toString(),
    );
  };
  const pages = async <Page extends { readonly nextToken?: string }>(action: string, body: object): Promise<readonly Page[]> => {
    const all: Page[] = [];
    for (let nextToken: string | undefined; all.length === 0 || nextToken !== undefined; ) {
      const page: Page = await logs(action, { ...body, ...(nextToken === undefined ? {} : { nextToken }) });
      all.push(page);
      nextToken = page.nextToken;
    }
    return all;
  };
  const groups = (await pages<{ nextToken?: string; logGroups: { logGroupName: string }[] }>("DescribeLogGroups", {})).flatMap(
    ({ logGroups }) => logGroups,
  );
  const lines: string[] = [];
  for (const { logGroupName } of groups) {
    const found = await pages<{ nextToken?: string; events: { message: string }[] }>("FilterLogEvents", { logGroupName });
    lines.push(...found.flatMap(({ events }) => events.map(({ message }) => message)));
  }
  return lines;
}
