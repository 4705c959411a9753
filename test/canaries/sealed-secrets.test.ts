import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { kmsMacKey } from "../../functions/adapters/aws/kms-mac-key.ts";
import { kmsSeal } from "../../functions/adapters/aws/kms-seal.ts";
import { s3Archive } from "../../functions/adapters/aws/s3-archive.ts";
import { clusterActions } from "../../functions/adapters/cluster-actions.ts";
import { configCopies } from "../../functions/adapters/config/config-copies.ts";
import { sealedSecrets } from "../../functions/adapters/config/sealed-secrets.ts";
import { dataHashOf } from "../../functions/adapters/kubernetes/snapshot-lists.ts";
import type { ClusterAction } from "../../functions/domain/cluster-action.ts";
import { sealedSecretKey } from "../../functions/domain/sealed-secret.ts";
import { keepConfig } from "../../functions/entry/keep-config/keep-config.ts";
import type { Seal } from "../../functions/ports/seal.ts";
import { aKms } from "../adapters/aws/support/fake-kms.ts";
import { type AwsReply, anIdentity, type RecordedCall, recordedAws, xmlRefusal } from "../adapters/aws/support/recorded-aws.ts";
import { ObjectCluster } from "../adapters/kubernetes/support/object-cluster.ts";
import { aBlueprint, aTarget } from "../support/builders/index.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { FakeSeal } from "../support/fakes/fake-snapshots.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";
import { canariesIn, findCanaries } from "./find-canaries.ts";

const CANARIES = { good: 'Ca7"\\ü/\n-goodZk3Q9xVb2', bad: "Ca7badmP4wLt6RyW8sNd", annotation: "Ca7noteXh5Jc2Kf9Tq" };
const VALUES = Object.values(CANARIES);
const target = aTarget({ namespace: "shop", name: "checkout" });
const SECRET = "/api/v1/namespaces/shop/secrets/db";
const secretOf = (value: string) => ({
  type: "Opaque",
  data: { password: Buffer.from(value).toString("base64") },
  metadata: { annotations: { "kubectl.kubernetes.io/last-applied-configuration": CANARIES.annotation } },
});

/** S3 as far as it matters here; what it holds can be changed. */
function aBucket() {
  const objects = new Map<string, Buffer>();
  const answer = ({ method, path, body }: RecordedCall): AwsReply => {
    if (method === "PUT") objects.set(path, body);
    const found = objects.get(path);
    return method === "PUT" || found !== undefined ? { status: 200, body: found } : xmlRefusal(404, "NoSuchKey");
  };
  return { objects, answer };
}

/** A Secret in a cluster, and the product over it with the real adapters of S3 and KMS. What those are told is recorded. */
async function setUp(otherSeal?: Seal) {
  const bucket = aBucket();
  const [s3, kms] = [await recordedAws(bucket.answer), await recordedAws(aKms())];
  const options = { identity: anIdentity(), environment: { AWS_ENDPOINT_URL_S3: s3.url, AWS_ENDPOINT_URL_KMS: kms.url } };
  const macKey = kmsMacKey("mac-key", options);
  const sealed = sealedSecrets({ archive: s3Archive("archive", "", options), seal: otherSeal ?? kmsSeal("key", options), macKey });
  const cluster = new ObjectCluster();
  cluster.put("/apis/apps/v1/namespaces/shop/deployments/checkout", { spec: { template: {} } });
  cluster.put(SECRET, secretOf(CANARIES.good));
  const [goodMac, badMac] = await Promise.all(
    [CANARIES.good, CANARIES.bad].map((value) => macKey.mac(dataHashOf({ data: secretOf(value).data }))),
  );
  if (goodMac === undefined || badMac === undefined) throw new Error("nothing was digested");
  const blueprint = aBlueprint({ target, restore: { ...aBlueprint().restore, secrets: "encrypted" } });
  const keeper = keepConfig({ blueprints: registryOf(blueprint), copies: configCopies({ connect: () => cluster, macKey, sealed }) });
  const copy = { kind: "Secret", name: "db", dataHash: goodMac } as const;
  const action: ClusterAction = {
    kind: "restore-config",
    configs: [{ ...copy, immutable: false, copy: sealedSecretKey(target, "checkout", "db", goodMac), fromHash: badMac }],
    restart: false,
  };
  const actions = clusterActions(() => cluster, { macKey, sealed });
  return {
    ...{ cluster, bucket, s3, kms, action },
    keep: () => keeper({ service: "checkout", copy: [copy], needed: [] }, { logger: silentLogger }),
    restore: () => actions.apply(target, action, { execution: "rg-checkout-1", fence: 1 }),
    confirm: () => actions.confirm(target, action, { execution: "rg-checkout-1", fence: 1 }),
  };
}

/** An answer, or an error with everything that a log has of it. */
async function said(call: Promise<unknown>): Promise<string> {
  const tell = (error: unknown): string =>
    error instanceof Error
      ? [error.stack, JSON.stringify(error), error.cause === undefined ? "" : tell(error.cause)].join("\n")
      : String(error);
  return call.then((answer) => JSON.stringify(answer), tell);
}

const outcomeOf = (text: string) => /"(?:outcome|verdict|outcomes)":\[?"([a-z-]+)/.exec(text)?.[1];

const wire = (calls: readonly RecordedCall[]) =>
  calls.flatMap(({ method, path, headers, body }) => [`${method} ${path} ${JSON.stringify(headers)}`, body]);

it("K8S-17 no value of a Secret that is kept sealed is in the archive, in what S3 and KMS are told, in answers, reasons and errors", async () => {
  const { cluster, bucket, s3, kms, action, keep, restore, confirm } = await setUp();
  const words = [JSON.stringify(action), await said(keep()), await said(keep())];
  cluster.put(SECRET, secretOf(CANARIES.bad));
  words.push(await said(keep()));
  const whole = new Map(bucket.objects);
  for (const spoil of SPOILS) {
    for (const [path, bytes] of whole) bucket.objects.set(path, spoil(bytes));
    words.push(await said(restore()));
  }
  bucket.objects.clear();
  words.push(await said(restore()));
  for (const [path, bytes] of whole) bucket.objects.set(path, bytes);
  words.push(await said(restore()), await said(confirm()));

  expect(words.map(outcomeOf)).toEqual([
    ...[undefined, "copied", "there", "moved-on"],
    ...[...SPOILS, "nothing there"].map(() => "refused"),
    ...["applied", "proven"],
  ]);
  expect(cluster.at<{ data: object }>(SECRET).data).toEqual(secretOf(CANARIES.good).data);
  expect(whole.size).toBe(1);
  const sinks = [...words, ...wire(s3.calls), ...wire(kms.calls), ...whole.values()];
  expect(sinks.length).toBeGreaterThan(20);
  expect(sinks.flatMap((sink) => findCanaries(sink, VALUES))).toEqual([]);
});

/** What may have become of an object: cut, changed, not packed, another document. */
const SPOILS: readonly ((bytes: Buffer) => Buffer)[] = [
  (bytes) => bytes.subarray(0, bytes.length / 2),
  (bytes) => Buffer.from(bytes.map((byte, at) => (at === 40 ? byte ^ 255 : byte))),
  () => Buffer.from("not packed"),
  () => gzipSync('{"dataKey":"AAAA","nonce":"AAAA","sealed":"AAAA"}'),
];

it("the same search finds it in the Secret itself, and in the archive when nothing is sealed", async () => {
  const { cluster, bucket, s3, keep } = await setUp(new FakeSeal());

  await keep();

  expect(new Set(canariesIn(JSON.stringify(cluster.at(SECRET)), VALUES))).toEqual(new Set([CANARIES.good, CANARIES.annotation]));
  expect([...bucket.objects.values()].flatMap((bytes) => canariesIn(bytes, VALUES))).toEqual([CANARIES.good]);
  expect(wire(s3.calls).flatMap((sink) => canariesIn(sink, VALUES))).toContain(CANARIES.good);
});
