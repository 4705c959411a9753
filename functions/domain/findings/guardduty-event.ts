import * as z from "zod/mini";
import { type FoundWorkload, type ReadFinding, SERVICE_TAG } from "./finding-report.ts";
import { guardDutySeverity } from "./finding-severity.ts";
import { FindingTimeSchema, findingTime } from "./finding-time.ts";

export const GUARDDUTY_DETAIL_TYPE = "GuardDuty Finding";

const TagsSchema = z.nullish(z.array(z.looseObject({ key: z.nullish(z.string()), value: z.nullish(z.string()) })));

/**
 * `detail` of the event: the finding as `GetFindings` gives it, with small first letters. Loose, since GuardDuty adds fields and kinds of resources.
 * Source: Amazon GuardDuty API Reference, `Finding`, `Resource`, `KubernetesWorkloadDetails`, `Service`.
 */
export const GuardDutyDetailSchema = z.looseObject({
  id: z.string().check(z.minLength(1)),
  arn: z.string().check(z.startsWith("arn:")),
  accountId: z.string(),
  region: z.string(),
  type: z.string().check(z.minLength(1)),
  severity: z.number(),
  title: z.string(),
  resource: z.looseObject({
    resourceType: z.nullish(z.string()),
    eksClusterDetails: z.nullish(z.looseObject({ name: z.nullish(z.string()), arn: z.nullish(z.string()), tags: TagsSchema })),
    kubernetesDetails: z.nullish(
      z.looseObject({
        kubernetesWorkloadDetails: z.nullish(
          z.looseObject({ name: z.nullish(z.string()), type: z.nullish(z.string()), namespace: z.nullish(z.string()) }),
        ),
      }),
    ),
    instanceDetails: z.nullish(z.looseObject({ tags: TagsSchema })),
  }),
  service: z.looseObject({
    archived: z.boolean(),
    eventFirstSeen: FindingTimeSchema,
    eventLastSeen: z.nullish(FindingTimeSchema),
    additionalInfo: z.nullish(z.looseObject({ sample: z.nullish(z.boolean()), value: z.nullish(z.unknown()) })),
  }),
});
type GuardDutyDetail = z.infer<typeof GuardDutyDetailSchema>;

/** One finding of GuardDuty, from the audit log or from the runtime of a container. It is sent again, with a higher count, when it is seen again. */
export function readGuardDuty(detail: GuardDutyDetail, sentAt: string): ReadFinding {
  const { arn, type, severity, title, service, resource } = detail;
  if (service.archived) return { ignore: `${arn} is archived` };
  if (isSample(detail)) return { ignore: `${arn} is a sample finding` };
  return {
    report: {
      finding: {
        ...{ id: arn, source: "guardduty", type, title, imageDigest: null },
        severity: guardDutySeverity(severity),
        firstSeenAt: findingTime(service.eventFirstSeen) ?? sentAt,
      },
      deliveredBy: "guardduty",
      sentAt,
      lastSeenAt: service.eventLastSeen == null ? null : findingTime(service.eventLastSeen),
      workload: workloadOf(detail),
      images: [],
      taggedServices: [...(resource.eksClusterDetails?.tags ?? []), ...(resource.instanceDetails?.tags ?? [])].flatMap(({ key, value }) =>
        key === SERVICE_TAG && value != null ? [value] : [],
      ),
    },
  };
}

/** `CreateSampleFindings` says it in `additionalInfo.value`, a text that holds JSON (API Reference, `ServiceAdditionalInfo`), and in the title (User Guide, "Sample findings"). */
function isSample({ title, service: { additionalInfo } }: GuardDutyDetail): boolean {
  return isSampleTitle(title) || additionalInfo?.sample === true || saysSample(additionalInfo?.value);
}

/** What the console and the API put before the title of a sample finding. */
export function isSampleTitle(title: string): boolean {
  return title.startsWith("[SAMPLE]");
}

/** Another text than JSON says nothing. */
function saysSample(value: unknown): boolean {
  if (typeof value !== "string") return false;
  try {
    const said: unknown = JSON.parse(value);
    return typeof said === "object" && said !== null && "sample" in said && said.sample === true;
  } catch {
    return false;
  }
}

function workloadOf({ resource, region, accountId }: GuardDutyDetail): FoundWorkload | null {
  const { eksClusterDetails: eks, kubernetesDetails } = resource;
  const { name, namespace, type } = kubernetesDetails?.kubernetesWorkloadDetails ?? {};
  if (eks?.name == null || name == null || namespace == null) return null;
  const [arnRegion, arnAccount] = eks.arn?.split(":").slice(3, 5) ?? [];
  return { cluster: eks.name, region: arnRegion || region, account: arnAccount || accountId, namespace, name, type: type ?? null };
}
