import { describe, expect, it } from "vitest";
import { ecrImages, parseEcrImage } from "../../../functions/adapters/aws/ecr-images.ts";
import { type AwsReply, anIdentity, jsonRefusal, type RecordedAws, recordedAws } from "./support/recorded-aws.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/checkout:v1";
const found: AwsReply = {
  status: 200,
  body: { images: [{ imageId: { imageDigest: DIGEST, imageTag: "v1" }, imageManifest: "{}" }], failures: [] },
};
const failure = (failureCode: string, failureReason: string): AwsReply => ({
  status: 200,
  body: { images: [], failures: [{ imageId: { imageTag: "v1" }, failureCode, failureReason }] },
});

function imagesAt({ url }: RecordedAws, deadlineMilliseconds = 2_000) {
  return ecrImages({ identity: anIdentity(), environment: { AWS_ENDPOINT_URL_ECR: url }, deadlineMilliseconds });
}

describe("ecrImages", () => {
  it("K8S-19 (a recorded ECR): asks the image's own registry and region for it, and tells its digest", async () => {
    const ecr = await recordedAws([found]);

    expect(await imagesAt(ecr).exists(IMAGE)).toEqual({ verdict: "present", digest: DIGEST, reason: "shop/checkout:v1 is in ECR" });

    const [call] = ecr.calls;
    expect(call?.headers).toMatchObject({
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AmazonEC2ContainerRegistry_V20150921.BatchGetImage",
      authorization: expect.stringContaining("/eu-west-1/ecr/aws4_request"),
    });
    expect(JSON.parse(call?.body.toString() ?? "")).toEqual({
      registryId: "123456789012",
      repositoryName: "shop/checkout",
      imageIds: [{ imageTag: "v1" }],
      acceptedMediaTypes: expect.arrayContaining(["application/vnd.oci.image.index.v1+json"]),
    });
  });

  it.each<{ name: string; reply: AwsReply; verdict: string; reason: RegExp }>([
    {
      name: "an image that a lifecycle rule removed",
      reply: failure("ImageNotFound", "Requested image not found"),
      verdict: "absent",
      reason: /no image shop\/checkout:v1/,
    },
    {
      name: "a repository that is gone",
      reply: jsonRefusal(400, "RepositoryNotFoundException"),
      verdict: "absent",
      reason: /no repository shop\/checkout in registry 123456789012/,
    },
    {
      name: "a missing right",
      reply: jsonRefusal(400, "AccessDeniedException", "not authorized"),
      verdict: "not-checked",
      reason: /allow ecr:BatchGetImage in the role.*repository policy/,
    },
    { name: "another failure", reply: failure("KmsError", "key disabled"), verdict: "not-checked", reason: /KmsError key disabled/ },
    { name: "an empty answer", reply: { status: 200, body: {} }, verdict: "not-checked", reason: /empty answer/ },
    { name: "another shape", reply: { status: 200, body: { images: 1 } }, verdict: "not-checked", reason: /could not be asked/ },
    { name: "throttling", reply: jsonRefusal(400, "ThrottlingException"), verdict: "not-checked", reason: /ThrottlingException/ },
    { name: "a server error", reply: { status: 500 }, verdict: "not-checked", reason: /could not be asked/ },
  ])("K8S-19 (a recorded ECR): says $verdict to $name", async ({ reply, verdict, reason }) => {
    const ecr = await recordedAws([reply]);

    expect(await imagesAt(ecr).exists(IMAGE)).toEqual({ verdict, digest: null, reason: expect.stringMatching(reason) });
  });

  it("does not wait for an ECR that stalls", async () => {
    const ecr = await recordedAws(["stall"]);
    const started = performance.now();

    expect(await imagesAt(ecr, 200).exists(IMAGE)).toMatchObject({ verdict: "not-checked", reason: expect.stringMatching(/TimeoutError/) });
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  it("asks nobody about images elsewhere", async () => {
    const ecr = await recordedAws([found]);

    for (const image of ["nginx:1", "public.ecr.aws/nginx/nginx:1", "ghcr.io/a/b@sha256:1", ""]) {
      expect(await imagesAt(ecr).exists(image)).toEqual({ verdict: "not-checked", digest: null, reason: "not an ECR image" });
    }
    expect(ecr.calls).toEqual([]);
  });
});

describe("parseEcrImage", () => {
  const image = { account: "123456789012", region: "eu-west-1", repository: "shop/checkout" };

  it.each([
    { text: IMAGE, expected: { ...image, imageId: { imageTag: "v1" } } },
    { text: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/checkout", expected: { ...image, imageId: { imageTag: "latest" } } },
    { text: `${IMAGE}@${DIGEST}`, expected: { ...image, imageId: { imageDigest: DIGEST } } },
    {
      text: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/checkout@${DIGEST}`,
      expected: { ...image, imageId: { imageDigest: DIGEST } },
    },
    { text: "123456789012.dkr.ecr-fips.eu-west-1.amazonaws.com/shop/checkout:v1", expected: { ...image, imageId: { imageTag: "v1" } } },
    { text: "123456789012.dkr-ecr.eu-west-1.on.aws/shop/checkout:v1", expected: { ...image, imageId: { imageTag: "v1" } } },
    {
      text: "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/web:v1",
      expected: { account: "123456789012", region: "cn-north-1", repository: "web", imageId: { imageTag: "v1" } },
    },
    { text: "123456789012.dkr.ecr.eu-west-1.example.com/shop/checkout:v1", expected: null },
    { text: "123456789012.dkr.ecr.cn-north-1.amazonaws.com/web:v1", expected: null },
    { text: "12345.dkr.ecr.eu-west-1.amazonaws.com/web:v1", expected: null },
    { text: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:short", expected: null },
  ])("reads $text", ({ text, expected }) => {
    expect(parseEcrImage(text)).toEqual(expected);
  });
});
