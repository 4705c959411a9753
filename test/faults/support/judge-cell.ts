import { isDeepStrictEqual } from "node:util";
import type { KubernetesObject } from "../../../local/cluster/objects.ts";
import type { FaultName } from "./fault.ts";
import { type Differing, differences } from "./frozen-cluster.ts";
import type { Played, PlayedStep } from "./play-use-case.ts";

/**
 * How a cell ended. `same`: as without the fault. `told`: what was wanted is there, and what is optional and missing is named. `noticed`: nothing was
 * written, and no step says that all is well. `doubted`: what was wanted is there, and a step does not say so. `older`: a read that
 * writes nothing told what a stale answer said.
 */
export type Ending = "same" | "told" | "noticed" | "doubted" | "older";

export type Verdict = { readonly ending: Ending } | { readonly wrong: string };

/** Compares a run with a fault against the one without. */
export function judge(free: Played, faulted: Played, fault: FaultName): Verdict {
  const wrong = (why: string): Verdict => ({ wrong: why });
  if (faulted.hits !== 1) return wrong(`the fault struck ${faulted.hits} times`);
  const late = faulted.steps.find(({ slowestSeconds, limitSeconds }) => slowestSeconds >= limitSeconds);
  if (late !== undefined) return wrong(`${late.name} took ${late.slowestSeconds} s of ${late.limitSeconds} s`);

  const reasons = faulted.steps.map(({ told }) => told.reason).join("; ");
  const different = differences(free.end, faulted.end, free.start);
  const unnamed = different.filter((one) => !isNamed(one, reasons));
  const pairs = faulted.steps.map((step, index) => ({ step, expected: free.steps[index] }));
  const unlike = pairs.filter(({ step, expected }) => expected === undefined || !saysTheSame(step, expected));

  if (unnamed.length === 0 && unlike.length === 0) {
    const partial = faulted.steps.some(({ told }, index) => told.word === "partial" && free.steps[index]?.told.word !== "partial");
    return { ending: different.length > 0 || partial ? "told" : "same" };
  }
  const said = faulted.steps.map(({ name, told }) => `${name}: ${told.word} (${told.reason})`).join(" | ");
  const changed = unnamed.map(describe).join(", ");
  if (fault !== "stale") return wrong(`${said}${changed ? ` | not as without the fault: ${changed}` : ""}`);
  const writes = differences(free.start, free.end, free.start).length > 0;
  if (!writes && unnamed.length === 0) return { ending: "older" };
  const claimsAll = unlike.length === 0;
  if (unnamed.length === 0) return { ending: "doubted" };
  const untouched = differences(free.start, faulted.end, free.start).length === 0;
  return untouched && !claimsAll ? { ending: "noticed" } : wrong(`${said} | not as without the fault: ${changed}`);
}

/** A write that was made by an earlier try is as good as one of now. A read may have gaps when it names them. */
function saysTheSame({ told }: PlayedStep, { told: expected }: PlayedStep): boolean {
  if (told.word === "partial" && told.reason !== "") return expected.word === "whole" || expected.word === "partial";
  const word = told.word === "already-applied" && expected.word === "applied" ? "applied" : told.word;
  return word === expected.word && isDeepStrictEqual(told.facts, expected.facts);
}

/** Two things may be missing after a write, and are said to be: the Event, and the end of our claim to fields. */
function isNamed({ one, other }: Differing, reasons: string): boolean {
  if (one?.kind === "Event") return other === undefined && reasons.includes("no Event");
  if (one === undefined || other === undefined) return false;
  return reasons.includes("our field-manager entry stays") && isDeepStrictEqual(withoutManagers(one), withoutManagers(other));
}

function withoutManagers({ metadata, ...rest }: KubernetesObject): unknown {
  const { managedFields: _managers, resourceVersion: _version, ...kept } = metadata;
  return { ...rest, metadata: kept };
}

function describe({ what, one, other }: Differing): string {
  if (one === undefined) return `${what} is there`;
  return other === undefined ? `${what} is missing` : `${what} (generation ${one.metadata.generation} -> ${other.metadata.generation})`;
}
