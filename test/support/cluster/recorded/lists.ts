import { readFileSync } from "node:fs";
import { CUSTOM_RESOURCES } from "./custom-resources.ts";
import { DEPLOYMENTS } from "./deployments.ts";
import { OTHER_KINDS } from "./other-kinds.ts";
import type { RecordedAnswer } from "./play-requests.ts";
import { PODS } from "./pods.ts";
import type { RecordedList } from "./recorded-request.ts";
import { SERVER_SIDE_APPLY } from "./server-side-apply.ts";

/** Everything that was asked of a real API server. */
export const LISTS: readonly RecordedList[] = [DEPLOYMENTS, OTHER_KINDS, CUSTOM_RESOURCES, SERVER_SIDE_APPLY, PODS];

export const answersFile = ({ name }: RecordedList): URL => new URL(`answers/${name}.json`, import.meta.url);

/** What a real kube-apiserver with its controllers answered; `record.ts` writes it. */
export function recordedAnswers(list: RecordedList): readonly RecordedAnswer[] {
  return JSON.parse(readFileSync(answersFile(list), "utf8")) as readonly RecordedAnswer[];
}
