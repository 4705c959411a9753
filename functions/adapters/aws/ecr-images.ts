import * as z from "zod/mini";
import { PermissionError } from "../../domain/errors.ts";
import type { ImageRegistry, ImageVerdict } from "../../ports/image-registry.ts";
import { dnsSuffixOf, type Environment, endpointOf } from "./aws-endpoint.ts";
import { type AwsIdentity, ownIdentity } from "./aws-identity.ts";
import { callAws } from "./call-aws.ts";
import { signedRequest } from "./signed-request.ts";

/** What callers of other accounts and tests set. */
export interface EcrImagesOptions {
  /** @default this function's role */
  readonly identity?: AwsIdentity;
  /** Where AWS_ENDPOINT_URL and its like are read. @default process.env */
  readonly environment?: Environment;
  /** A preflight does not wait long. @default 2 seconds */
  readonly deadlineMilliseconds?: number;
}

/** An image of a private ECR registry, as its name says. */
export interface EcrImage {
  readonly account: string;
  readonly region: string;
  readonly repository: string;
  /** The digest alone where there is one: Kubernetes pulls by it and ignores the tag. */
  readonly imageId: { readonly imageDigest: string } | { readonly imageTag: string };
}

/** Without these ECR answers in the oldest manifest format, or not at all for an image of several platforms. */
const MANIFEST_TYPES = [
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
];

const DUAL_STACK_SUFFIXES = new Set(["on.aws", "on.amazonwebservices.com.cn"]);

const AnswerSchema = z.object({
  images: z.optional(z.array(z.object({ imageId: z.optional(z.object({ imageDigest: z.optional(z.string()) })) }))),
  failures: z.optional(z.array(z.object({ failureCode: z.optional(z.string()), failureReason: z.optional(z.string()) }))),
});

/** Private registries of Amazon ECR, asked for the one image in one call. Images elsewhere are not checked. */
export function ecrImages(options: EcrImagesOptions = {}): ImageRegistry {
  const { identity = ownIdentity(), environment = process.env, deadlineMilliseconds = 2_000 } = options;

  async function ask({ account, region, repository, imageId }: EcrImage): Promise<unknown> {
    const body = { registryId: account, repositoryName: repository, imageIds: [imageId], acceptedMediaTypes: MANIFEST_TYPES };
    const { bytes } = await callAws("ecr:BatchGetImage", () =>
      signedRequest({
        service: "ecr",
        region,
        method: "POST",
        url: endpointOf("ecr", region, environment),
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": "AmazonEC2ContainerRegistry_V20150921.BatchGetImage",
        },
        body: JSON.stringify(body),
        credentials: identity.credentials,
        idempotent: true,
        deadlineMilliseconds,
      }),
    );
    return JSON.parse(bytes.toString("utf8"));
  }

  return {
    async exists(image) {
      const named = parseEcrImage(image);
      if (named === null) return notChecked("not an ECR image");
      try {
        return verdictOf(await ask(named), named);
      } catch (error) {
        return failed(error, named);
      }
    },
  };
}

/** `<account>.dkr.ecr.<region>.<suffix>/<repository>[:tag][@digest]`, also with the FIPS and dual-stack hosts; null for every other image. */
export function parseEcrImage(image: string): EcrImage | null {
  const parts =
    /^(?<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?<region>[a-z0-9-]+)\.(?<suffix>[a-z0-9.-]+)\/(?<repository>[^:@]+)(?::(?<tag>[\w.-]+))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/.exec(
      image,
    )?.groups;
  const { account, region, suffix, repository, tag = "latest", digest } = parts ?? {};
  if (!account || !region || !suffix || !repository) return null;
  if (suffix !== dnsSuffixOf(region) && !DUAL_STACK_SUFFIXES.has(suffix)) return null;
  return { account, region, repository, imageId: digest ? { imageDigest: digest } : { imageTag: tag } };
}

function verdictOf(answer: unknown, image: EcrImage): ImageVerdict {
  const { images = [], failures = [] } = AnswerSchema.parse(answer);
  const digest = images[0]?.imageId?.imageDigest;
  if (digest) return { verdict: "present", digest, reason: `${nameOf(image)} is in ECR` };
  const { failureCode, failureReason } = failures[0] ?? {};
  if (failureCode === "ImageNotFound") return absent(`ECR has no image ${nameOf(image)}`);
  return notChecked(
    `ECR says neither yes nor no about ${nameOf(image)}: ${failureCode ?? "an empty answer"} ${failureReason ?? ""}`.trim(),
  );
}

function failed(error: unknown, image: EcrImage): ImageVerdict {
  const { name, message } = error as Error;
  if (name === "RepositoryNotFoundException") {
    return absent(`there is no repository ${image.repository} in registry ${image.account} (${image.region})`);
  }
  if (error instanceof PermissionError) return notChecked(`${message}; another account's repository policy must allow it too`);
  return notChecked(`ECR could not be asked (${message})`);
}

function nameOf({ repository, imageId }: EcrImage): string {
  return "imageDigest" in imageId ? `${repository}@${imageId.imageDigest}` : `${repository}:${imageId.imageTag}`;
}

function absent(reason: string): ImageVerdict {
  return { verdict: "absent", digest: null, reason };
}

function notChecked(reason: string): ImageVerdict {
  return { verdict: "not-checked", digest: null, reason };
}
