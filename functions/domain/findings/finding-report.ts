import type { FindingSource } from "../blueprint.ts";
import type { SecurityFinding } from "../security-finding.ts";

/** The workload that a finding names, in the words of the service that found it. */
export interface FoundWorkload {
  /** Of the EKS cluster. */
  readonly cluster: string;
  readonly region: string;
  readonly account: string;
  readonly namespace: string;
  /** Of the workload itself, or of a pod or ReplicaSet of it. */
  readonly name: string;
  /** `deployments`, `pods` and their like; null when it is not said. */
  readonly type: string | null;
}

/** The image that a finding is about, as Amazon ECR names it. */
export interface FoundImage {
  /** `sha256:...`; of an image for several platforms that of one platform's manifest. */
  readonly digest: string;
  /** Null when it is not said. */
  readonly repository: string | null;
  /** Account of the registry. */
  readonly registry: string | null;
  readonly tags: readonly string[];
}

/** One finding that counts, and where it points. */
export interface FindingReport {
  /** `imageDigest` is that of the first image; of a behaviour null. */
  readonly finding: SecurityFinding;
  /** The service that sent the event: Security Hub passes on what the others found. */
  readonly deliveredBy: FindingSource;
  /** When the event was sent. */
  readonly sentAt: string;
  /** Null when it is not said. */
  readonly lastSeenAt: string | null;
  /** Null where no workload of Kubernetes is named. */
  readonly workload: FoundWorkload | null;
  readonly images: readonly FoundImage[];
  /** Values of the resource tag `rollguard:service`. */
  readonly taggedServices: readonly string[];
}

/** What an event holds: a finding that counts, why it does not, or what is wrong with it, which does not keep the others of its event. */
export type ReadFinding = { readonly report: FindingReport } | { readonly ignore: string } | { readonly unreadable: string };

/** A resource with this tag belongs to the service that is its value. */
export const SERVICE_TAG = "rollguard:service";
