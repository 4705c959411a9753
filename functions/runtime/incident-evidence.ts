import * as z from "zod/mini";
import type { EvidenceBundle } from "../domain/diagnosis/evidence-bundle.ts";
import { findingsOf } from "../domain/diagnosis/find.ts";
import type { EvidenceSummary } from "../domain/evidence.ts";
import { redactedTo } from "../domain/redact.ts";
import type { Archive } from "../ports/archive.ts";
import type { Evidence, EvidenceRequest } from "../ports/evidence.ts";

/** Evidence must not keep a run waiting, nor make it fail: whatever the archive does, the summary says what came of it. */
const ARCHIVE_MILLISECONDS = 2_000;
const WHY_LENGTH = 300;

export interface EvidencePorts {
  readonly evidence: Evidence;
  /** Null where none is configured. */
  readonly archive: Archive | null;
}

/** Which incident the evidence is of. */
export interface EvidenceOwner {
  readonly service: string;
  readonly incidentId: string;
}

/** What is under the key: collections, each replaced by a repetition of itself. */
const ArchivedEvidenceSchema = z.looseObject({ collections: z.array(z.looseObject({ depth: z.string() })) });

/** Collects, classifies, and archives under `evidence/<service>/<incident>.json`, beside what an earlier state of the same incident archived there. */
export async function gatherEvidence(ports: EvidencePorts, request: EvidenceRequest, owner: EvidenceOwner): Promise<EvidenceSummary> {
  const bundle = await ports.evidence.collect(request);
  const findings = findingsOf(bundle);
  const partial = bundle.gaps.map(({ what, why }) => `${what}: ${why}`);
  if (ports.archive === null) return { findings, partial: [...partial, "archive: none is configured"], archiveKey: null };
  const key = `evidence/${owner.service}/${owner.incidentId}.json`;
  const problem = await keep(ports.archive, key, owner, { ...bundle, findings });
  return problem === null
    ? { findings, partial, archiveKey: key }
    : { findings, partial: [...partial, `archive: ${problem}`], archiveKey: null };
}

/** Why it was not kept; null when it was. What cannot be read is not overwritten: it may hold the pods that are gone by now. */
async function keep(
  archive: Archive,
  key: string,
  owner: EvidenceOwner,
  collection: EvidenceBundle & Pick<EvidenceSummary, "findings">,
): Promise<string | null> {
  const work = async () => {
    const before = collection.depth === "quick" ? null : await archive.get(key);
    const others = before === null ? [] : ArchivedEvidenceSchema.parse(JSON.parse(before)).collections;
    const collections = [...others.filter(({ depth }) => depth !== collection.depth), collection];
    await archive.put(key, JSON.stringify({ schema: 1, ...owner, collections }), "application/json");
    return null;
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${ARCHIVE_MILLISECONDS / 1000} s`), ARCHIVE_MILLISECONDS);
  });
  const answered = work().catch((error: unknown) => redactedTo(WHY_LENGTH, error instanceof Error ? error.message : String(error)));
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}

/** The first summary with what the second adds: pods that were there at first are gone later, and what was late at first has come. */
export function mergedEvidence(first: EvidenceSummary | undefined, second: EvidenceSummary): EvidenceSummary {
  if (first === undefined) return second;
  const key = ({ class: name, templateHash, container }: EvidenceSummary["findings"][number]) =>
    JSON.stringify([name, templateHash, container]);
  const known = new Set(first.findings.map(key));
  return {
    findings: [...first.findings, ...second.findings.filter((finding) => !known.has(key(finding)))],
    partial: [...new Set([...first.partial, ...second.partial])],
    archiveKey: second.archiveKey ?? first.archiveKey,
  };
}
