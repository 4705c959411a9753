import * as z from "zod/mini";
import { type FoundImage, type ReadFinding, SERVICE_TAG } from "./finding-report.ts";
import { inspectorSeverity } from "./finding-severity.ts";
import { FindingTimeSchema, findingTime } from "./finding-time.ts";

export const INSPECTOR_DETAIL_TYPE = "Inspector2 Finding";

/**
 * `detail` of the event. Loose, since Inspector adds fields and kinds of resources.
 * Source: Amazon Inspector User Guide, "Amazon EventBridge event schema for Amazon Inspector events".
 */
export const InspectorDetailSchema = z.looseObject({
  findingArn: z.string().check(z.startsWith("arn:")),
  status: z.enum(["ACTIVE", "SUPPRESSED", "CLOSED"]),
  severity: z.enum(["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNTRIAGED"]),
  type: z.string(),
  title: z.string(),
  firstObservedAt: FindingTimeSchema,
  lastObservedAt: z.nullish(FindingTimeSchema),
  packageVulnerabilityDetails: z.nullish(z.looseObject({ vulnerabilityId: z.string().check(z.minLength(1)) })),
  resources: z.array(
    z.looseObject({
      type: z.string(),
      id: z.nullish(z.string()),
      tags: z.nullish(z.record(z.string(), z.string())),
      details: z.nullish(
        z.looseObject({
          awsEcrContainerImage: z.nullish(
            z.looseObject({
              imageHash: z.string().check(z.regex(/^sha256:[0-9a-f]{64}$/)),
              repositoryName: z.nullish(z.string()),
              registry: z.nullish(z.string()),
              imageTags: z.nullish(z.array(z.string())),
            }),
          ),
        }),
      ),
    }),
  ),
});
type InspectorDetail = z.infer<typeof InspectorDetailSchema>;

/** One vulnerability in one container image. What Inspector finds on instances and in functions no rollback of a workload takes back. */
export function readInspector(detail: InspectorDetail, sentAt: string): ReadFinding {
  const { findingArn, status, title, firstObservedAt, lastObservedAt, resources, packageVulnerabilityDetails } = detail;
  if (status !== "ACTIVE") return { ignore: `${findingArn} is ${status}` };
  const severity = inspectorSeverity(detail.severity);
  if (severity === null) return { ignore: `${findingArn} is of severity ${detail.severity}, which is below every minimum` };
  const images = resources.flatMap(({ details }): FoundImage[] => {
    const image = details?.awsEcrContainerImage;
    if (image == null) return [];
    const { imageHash: digest, repositoryName, registry, imageTags } = image;
    return [{ digest, repository: repositoryName ?? null, registry: registry ?? null, tags: imageTags ?? [] }];
  });
  const [first] = images;
  if (first === undefined) return { ignore: `${findingArn} is about no container image (${resources.map(({ type }) => type).join(", ")})` };
  return {
    report: {
      finding: {
        ...{ id: findingArn, source: "inspector", severity, title, imageDigest: first.digest },
        type: packageVulnerabilityDetails?.vulnerabilityId ?? detail.type,
        firstSeenAt: findingTime(firstObservedAt) ?? sentAt,
      },
      deliveredBy: "inspector",
      sentAt,
      lastSeenAt: lastObservedAt == null ? null : findingTime(lastObservedAt),
      workload: null,
      images,
      taggedServices: resources.flatMap(({ tags }) => tags?.[SERVICE_TAG] ?? []),
    },
  };
}
