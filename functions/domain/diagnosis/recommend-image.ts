import type { FindingSubject } from "../evidence.ts";
import type { Diagnosis } from "../rollback-document.ts";

const ECR = /^\d+\.dkr\.ecr\.([\w-]+)\.amazonaws\.com[\w.]*\/([^:@]+)(?::([\w.-]+))?(?:@(sha256:\w+))?$/;

/** What to do about an image that cannot be pulled; for Amazon ECR in its own commands. */
export function imageAdvice({ image = "<image>", cause }: FindingSubject): Diagnosis["recommendations"] {
  const [, region, repository, tag, digest] = ECR.exec(image) ?? [];
  const ecr = `--repository-name ${repository} --region ${region}`;
  const look =
    repository === undefined
      ? `docker manifest inspect ${image}`
      : `aws ecr describe-images ${ecr} --image-ids ${digest === undefined ? `imageTag=${tag ?? "latest"}` : `imageDigest=${digest}`}`;
  switch (cause) {
    case "denied":
      return [
        repository === undefined
          ? {
              priority: "high",
              action: `Let the pods pull ${image}: name a Secret with the registry's login`,
              example: "imagePullSecrets: [{name: <secret>}]",
            }
          : {
              priority: "high",
              action: `Allow the nodes' role ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on ${repository}`,
              example: `aws ecr get-repository-policy ${ecr}`,
            },
        { priority: "medium", action: "Check that the image exists at all: registries also deny what is not there", example: look },
      ];
    case "throttled":
      return [
        { priority: "high", action: `Pull ${image} from a registry of your own`, example: "aws ecr create-pull-through-cache-rule" },
        {
          priority: "medium",
          action: "Pull with a login: anonymous pulls have the lowest limit",
          example: "imagePullSecrets: [{name: <secret>}]",
        },
      ];
    case "unreachable":
      return [
        {
          priority: "high",
          action: `Check the way from the nodes to the registry of ${image}: DNS, egress, its certificate`,
          example: look,
        },
      ];
    case "invalid":
      return [{ priority: "high", action: `Correct the image name ${image}`, example: "<registry>/<repository>:<tag>" }];
    default:
      return [
        { priority: "high", action: `Push ${image}, or correct the tag in the template`, example: look },
        {
          priority: "medium",
          action: "Let the pipeline deploy the digest that it has pushed",
          example: `${image.replace(/[:@][^/]*$/, "")}@sha256:<digest>`,
        },
      ];
  }
}
