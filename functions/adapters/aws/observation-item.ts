import type { TransactWriteItem, UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import { type ReleaseObservation, ReleaseObservationSchema, type ScaleObservation } from "../../domain/release-observation.ts";
import type { VerdictWrite } from "../../ports/incident-store.ts";
import { type AttributeMap, fromAttributes, toAttributes } from "./attribute-value.ts";
import { keys } from "./table-keys.ts";

/**
 * `SVC#s / OBS#templateHash`. The scales are a map keyed by replica count, so that a verdict can be set on one of them without a read and a
 * condition can name it.
 */
export function toObservationItem(observation: ReleaseObservation): AttributeMap {
  const scales = Object.fromEntries(onePerCount(observation.scales).map((scale) => [String(scale.replicas), scale]));
  return { ...keys.observation(observation.service, observation.templateHash), ...toAttributes({ ...observation, scales }) };
}

/** Throws a ZodError when somebody else wrote the item. */
export function fromObservationItem(item: AttributeMap): ReleaseObservation {
  const { pk: _pk, sk: _sk, scales, ...observation } = fromAttributes(item);
  const entries = Object.values((scales ?? {}) as Record<string, ScaleObservation>);
  entries.sort((one, other) => one.since.localeCompare(other.since) || one.lastSeenAt.localeCompare(other.lastSeenAt));
  return ReleaseObservationSchema.parse({ ...observation, scales: entries });
}

/** Condition of an observer's save: every `bad` is still where it was when the observer read. */
export function badVerdictsAsRead(next: ReleaseObservation, read: ReleaseObservation | null) {
  const counts = [...new Set([...next.scales, ...(read?.scales ?? [])].map(({ replicas }) => replicas))];
  const asRead = counts.map((replicas) =>
    read?.scales.some((scale) => scale.replicas === replicas && scale.verdict === "bad")
      ? `scales.#s${replicas}.verdict = :bad`
      : `(attribute_not_exists(scales.#s${replicas}) OR scales.#s${replicas}.verdict <> :bad)`,
  );
  const release = read?.verdict === "bad" ? "verdict = :bad" : "verdict <> :bad";
  return {
    ConditionExpression: `attribute_not_exists(pk) OR (${[release, ...asRead].join(" AND ")})`,
    ...(counts.length > 0 ? { ExpressionAttributeNames: countNames(counts) } : {}),
    ExpressionAttributeValues: { ":bad": { S: "bad" } },
  };
}

/** Sets verdicts on one observation: one update, since a transaction may touch an item once. A `bad` that stands is never overwritten. */
export function verdictUpdate(table: string, service: string, writes: readonly VerdictWrite[], by: string, at: string): TransactWriteItem {
  const templateHash = writes[0]?.templateHash ?? "";
  const counts = writes.flatMap(({ replicas }) => replicas ?? []);
  const ofRelease = writes.find(({ replicas }) => replicas === null);
  const sets = [
    ...counts.map((replicas) => `scales.#s${replicas}.verdict = :s${replicas}`),
    ...(ofRelease ? ["verdict = :release", "verdictBy = :by"] : []),
    ...(counts.length === 0 ? skeletonSets(["scales"]) : []),
  ];
  const conditions = [
    ...counts.map((replicas) => `attribute_exists(scales.#s${replicas}) AND scales.#s${replicas}.verdict <> :bad`),
    ...(ofRelease ? ["(attribute_not_exists(verdict) OR verdict <> :bad)"] : []),
  ];
  return {
    Update: {
      TableName: table,
      Key: keys.observation(service, templateHash),
      UpdateExpression: `SET ${sets.join(", ")}`,
      ConditionExpression: conditions.join(" AND "),
      ...(counts.length > 0 ? { ExpressionAttributeNames: countNames(counts) } : {}),
      ExpressionAttributeValues: {
        ":bad": { S: "bad" },
        ...Object.fromEntries(writes.flatMap(({ replicas, verdict }) => (replicas === null ? [] : [[`:s${replicas}`, { S: verdict }]]))),
        ...(ofRelease ? { ":release": { S: ofRelease.verdict }, ":by": { S: by } } : {}),
        ...(counts.length === 0 ? skeletonValues(service, templateHash, at, ["scales"]) : {}),
      },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  };
}

/** Makes a release known that no observer ever saw, so that a verdict on it or on its scale has a place. Two updates, both repeatable. */
export function unseenUpdates(
  table: string,
  service: string,
  templateHash: string,
  counts: readonly number[],
  at: string,
): UpdateItemCommandInput[] {
  const Key = keys.observation(service, templateHash);
  const fields = ["scales", "verdict", "verdictBy"];
  const skeleton = {
    TableName: table,
    Key,
    UpdateExpression: `SET ${skeletonSets(fields).join(", ")}`,
    ExpressionAttributeValues: skeletonValues(service, templateHash, at, fields),
  };
  const scale = (replicas: number): ScaleObservation => ({ replicas, since: at, lastSeenAt: at, healthySince: null, verdict: "candidate" });
  const scales = {
    TableName: table,
    Key,
    UpdateExpression: `SET ${counts.map((replicas) => `scales.#s${replicas} = if_not_exists(scales.#s${replicas}, :s${replicas})`).join(", ")}`,
    ExpressionAttributeNames: countNames(counts),
    ExpressionAttributeValues: Object.fromEntries(counts.map((replicas) => [`:s${replicas}`, { M: toAttributes(scale(replicas)) }])),
  };
  return counts.length > 0 ? [skeleton, scales] : [skeleton];
}

const SKELETON_FIELDS = ["service", "templateHash", "replicaSet", "image", "firstSeenAt", "liveSince", "lastSeenAt"];

function skeletonSets(more: readonly string[]): string[] {
  return [...SKELETON_FIELDS, ...more].map((field) => `${field} = if_not_exists(${field}, :new_${field})`);
}

function skeletonValues(service: string, templateHash: string, at: string, more: readonly string[]): AttributeMap {
  const unseen: ReleaseObservation = {
    service,
    templateHash,
    replicaSet: "",
    image: "",
    firstSeenAt: at,
    liveSince: at,
    lastSeenAt: at,
    verdict: "candidate",
    verdictBy: null,
    scales: [],
  };
  const values = toAttributes({ ...unseen, scales: {} });
  return Object.fromEntries([...SKELETON_FIELDS, ...more].flatMap((field) => (values[field] ? [[`:new_${field}`, values[field]]] : [])));
}

function countNames(counts: readonly number[]): Record<string, string> {
  return Object.fromEntries(counts.map((replicas) => [`#s${replicas}`, String(replicas)]));
}

/** A count seen twice becomes one entry, the newer, that keeps an earlier verdict. */
function onePerCount(scales: readonly ScaleObservation[]): readonly ScaleObservation[] {
  const byCount = new Map<number, ScaleObservation>();
  for (const scale of scales) {
    const earlier = byCount.get(scale.replicas);
    byCount.set(scale.replicas, earlier && scale.verdict === "candidate" ? { ...scale, verdict: earlier.verdict } : scale);
  }
  return [...byCount.values()];
}
