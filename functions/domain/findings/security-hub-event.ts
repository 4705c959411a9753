import * as z from "zod/mini";
import type { FindingSource } from "../blueprint.ts";
import { schemaProblems } from "../schema-problems.ts";
import { type FoundImage, type FoundWorkload, type ReadFinding, SERVICE_TAG } from "./finding-report.ts";
import { asffSeverity } from "./finding-severity.ts";
import { FindingTimeSchema, findingTime } from "./finding-time.ts";
import { isSampleTitle } from "./guardduty-event.ts";

export const SECURITY_HUB_DETAIL_TYPE = "Security Hub Findings - Imported";

const ResourceSchema = z.looseObject({
  Type: z.string(),
  Id: z.string(),
  Tags: z.nullish(z.record(z.string(), z.string())),
  Details: z.nullish(
    z.looseObject({
      AwsEcrContainerImage: z.nullish(
        z.looseObject({
          ImageDigest: z.nullish(z.string()),
          RepositoryName: z.nullish(z.string()),
          RegistryId: z.nullish(z.string()),
          ImageTags: z.nullish(z.array(z.string())),
        }),
      ),
      /** GuardDuty's own fields, flat: `kubernetesDetails/kubernetesWorkloadDetails/name`. */
      Other: z.nullish(z.record(z.string(), z.string())),
    }),
  ),
});
type Resource = z.infer<typeof ResourceSchema>;

/** AWS Security Finding Format. Source: AWS Security Hub User Guide, "AWS Security Finding Format (ASFF)". */
const AsffSchema = z.looseObject({
  Id: z.string().check(z.minLength(1)),
  ProductArn: z.string().check(z.startsWith("arn:")),
  GeneratorId: z.string(),
  Title: z.string(),
  CreatedAt: FindingTimeSchema,
  FirstObservedAt: z.nullish(FindingTimeSchema),
  LastObservedAt: z.nullish(FindingTimeSchema),
  RecordState: z.enum(["ACTIVE", "ARCHIVED"]),
  Workflow: z.looseObject({ Status: z.enum(["NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED"]) }),
  Severity: z
    .looseObject({ Label: z.nullish(z.string()), Normalized: z.nullish(z.number()) })
    .check(z.refine(({ Label, Normalized }) => Label != null || Normalized != null, "expected Label or Normalized")),
  Compliance: z.nullish(z.looseObject({ Status: z.nullish(z.string()) })),
  Sample: z.nullish(z.boolean()),
  Types: z.nullish(z.array(z.string())),
  Vulnerabilities: z.nullish(z.array(z.looseObject({ Id: z.string() }))),
  Resources: z.array(ResourceSchema).check(z.minLength(1)),
});
type Asff = z.infer<typeof AsffSchema>;

/** The envelope alone: one event holds findings of many products. */
export const SecurityHubDetailSchema = z.looseObject({ findings: z.array(z.unknown()).check(z.minLength(1)) });

/**
 * Findings of one event, each by itself: one of another shape is said to be so, and keeps no other. What Security Hub passes on keeps the id that GuardDuty or
 * Inspector gave it, and counts as theirs.
 */
export function readSecurityHub({ findings }: z.infer<typeof SecurityHubDetailSchema>, sentAt: string): readonly ReadFinding[] {
  return findings.map((finding, index) => {
    const parsed = AsffSchema.safeParse(finding);
    if (parsed.success) return readOne(parsed.data, sentAt);
    const problems = schemaProblems(parsed.error, "the finding");
    return { unreadable: problems.map((problem) => `detail.findings.${index}.${problem}`).join("; ") };
  });
}

function readOne(asff: Asff, sentAt: string): ReadFinding {
  const { Id: id, Severity, Title: title, Resources, LastObservedAt } = asff;
  const silent = whySilent(asff);
  if (silent !== null) return { ignore: `${id} ${silent}` };
  const severity = asffSeverity({ label: Severity.Label ?? null, normalized: Severity.Normalized ?? null });
  if (severity === null) return { ignore: `${id} is of severity ${Severity.Label ?? Severity.Normalized}, which is below every minimum` };
  const source = sourceOf(asff);
  const images = source === "guardduty" ? [] : Resources.flatMap(imageOf);
  return {
    report: {
      finding: {
        ...{ id, source, severity, title, type: typeOf(asff, source), imageDigest: images[0]?.digest ?? null },
        firstSeenAt: findingTime(asff.FirstObservedAt ?? asff.CreatedAt) ?? sentAt,
      },
      deliveredBy: "security-hub",
      sentAt,
      lastSeenAt: LastObservedAt == null ? null : findingTime(LastObservedAt),
      workload: workloadOf(Resources),
      images,
      taggedServices: Resources.flatMap(({ Tags }) => Tags?.[SERVICE_TAG] ?? []),
    },
  };
}

function whySilent({ RecordState, Workflow, Sample, Compliance, Title }: Asff): string | null {
  if (RecordState !== "ACTIVE") return `is ${RecordState}`;
  if (Workflow.Status !== "NEW") return `has the workflow status ${Workflow.Status}`;
  if (Sample === true || isSampleTitle(Title)) return "is a sample finding";
  return Compliance?.Status === "PASSED" ? "is a check that passed" : null;
}

/** Amazon Inspector and Inspector Classic have one product ARN. */
function sourceOf({ ProductArn }: Asff): FindingSource {
  if (ProductArn.endsWith(":product/aws/guardduty")) return "guardduty";
  return ProductArn.endsWith(":product/aws/inspector") ? "inspector" : "security-hub";
}

/** `TTPs/Discovery/Discovery:Kubernetes-MaliciousIPCaller` is GuardDuty's `Discovery:Kubernetes/MaliciousIPCaller`. */
function typeOf({ Types, Vulnerabilities, GeneratorId }: Asff, source: FindingSource): string {
  if (source === "inspector") return Vulnerabilities?.[0]?.Id ?? GeneratorId;
  const type = Types?.[0]?.split("/").at(-1);
  return source === "guardduty" && type !== undefined ? type.replace("-", "/") : GeneratorId;
}

function imageOf({ Type, Id, Details }: Resource): FoundImage[] {
  if (Type !== "AwsEcrContainerImage") return [];
  const { ImageDigest, RepositoryName, RegistryId, ImageTags } = Details?.AwsEcrContainerImage ?? {};
  const digest = /sha256:[0-9a-f]{64}$/.exec(ImageDigest ?? Id)?.[0];
  if (digest === undefined) return [];
  const arn = /^arn:[^:]+:ecr:[^:]*:(\d{12}):repository\/(.+)\/sha256:/.exec(Id);
  return [{ digest, repository: RepositoryName ?? arn?.[2] ?? null, registry: RegistryId ?? arn?.[1] ?? null, tags: ImageTags ?? [] }];
}

function workloadOf(resources: readonly Resource[]): FoundWorkload | null {
  for (const { Type, Id, Details } of resources) {
    const arn = /^arn:[^:]+:eks:([^:]+):(\d{12}):cluster\/(.+)$/.exec(Id);
    const said = (what: string) => Details?.Other?.[`kubernetesDetails/kubernetesWorkloadDetails/${what}`];
    const [name, namespace] = [said("name"), said("namespace")];
    if (Type !== "AwsEksCluster" || arn === null || name === undefined || namespace === undefined) continue;
    const [, region = "", account = "", cluster = ""] = arn;
    return { cluster, region, account, namespace, name, type: said("type") ?? null };
  }
  return null;
}
