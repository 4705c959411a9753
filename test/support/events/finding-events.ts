import { readFileSync } from "node:fs";

/**
 * Events as AWS documents them; account, cluster and names are made up to fit the builders, keys and formats are AWS's. The pages:
 * - guardduty-*: GuardDuty User Guide, "Processing GuardDuty findings with Amazon EventBridge", and the response syntax of `GetFindings` in the API Reference;
 * - inspector-ecr: Inspector User Guide, "Amazon EventBridge event schema for Amazon Inspector events", "Amazon ECR package vulnerability finding";
 * - security-hub-imported: Security Hub User Guide, "EventBridge event formats for Security Hub" and "AWS Security Finding Format (ASFF)", with the
 *   product fields of "Integrating with AWS Security Hub" in GuardDuty's and Inspector's guides.
 */
const FILES = ["guardduty-eks-audit", "guardduty-eks-runtime", "inspector-ecr", "security-hub-imported"] as const;
export type FindingSample = (typeof FILES)[number];
export const FINDING_SAMPLES: readonly FindingSample[] = FILES;

/** Plain JSON of an event, to be changed by paths. */
// biome-ignore lint/suspicious/noExplicitAny: samples are walked as plain JSON
export type SampleEvent = any;

/** A fresh copy of a sample. `change` gets it before it is handed out. */
export function aFindingEvent(sample: FindingSample, change: (event: SampleEvent) => void = () => {}): SampleEvent {
  const event: SampleEvent = JSON.parse(readFileSync(new URL(`./findings/${sample}.json`, import.meta.url), "utf8"));
  change(event);
  return event;
}

/** Digest of the image that the samples of Inspector are about. */
export const FOUND_DIGEST = "sha256:84f507df33c6864d49c296fb734192696e4cb6f78166ac51ac8b9b118181085d";
