import {
  imagesToAsk,
  isVulnerableImage,
  knownVerdict,
  type TargetVerdict,
  withTargetFindings,
} from "../../domain/findings/target-findings.ts";
import type { StrategyFacts } from "../../domain/plan/strategy-facts.ts";
import type { Preflight } from "../../domain/preflight.ts";
import type { PlanTarget } from "../../domain/rollback-document.ts";
import type { ImageFindings, KnownFindings } from "../../ports/image-findings.ts";

export interface AskFindingsPorts {
  readonly imageFindings: ImageFindings;
  readonly knownFindings: Pick<KnownFindings, "of">;
}

/**
 * Adds to the preflight whether the releases to go back to have the vulnerability too. Inspector's answer counts; where it has none, a finding that arrived
 * by itself does. Only services that list Inspector have the right to ask it.
 */
export async function askTargetFindings(
  { imageFindings, knownFindings }: AskFindingsPorts,
  preflight: Preflight,
  targets: readonly PlanTarget[],
  { trigger, blueprint, releases, assessment }: StrategyFacts,
): Promise<Preflight> {
  const { finding } = trigger;
  if (!isVulnerableImage(finding)) return preflight;
  const mayAsk = finding.source === "inspector" && blueprint.findings?.sources.includes("inspector") === true;
  const images = imagesToAsk(targets, finding, { releases, live: assessment.live ?? null });
  const verdicts = await Promise.all(
    images.map(async (image): Promise<TargetVerdict> => {
      const known = knownVerdict(image, finding);
      const { digest } = image;
      if (known !== null || digest === null) return known ?? { ...image, verdict: "unknown", reason: "its digest is not known" };
      const answer = mayAsk
        ? await imageFindings.ask({ image: image.image, digest }, finding.type, finding.firstSeenAt)
        : ({ verdict: "unknown", reason: "Inspector is not asked: the blueprint does not list it, or did not find this" } as const);
      if (answer.verdict !== "unknown") return { ...image, ...answer };
      const arrived = await knownFindings.of({ service: blueprint.service, digest, vulnerability: finding.type });
      if (arrived === null) return { ...image, ...answer };
      return { ...image, verdict: "affected", reason: `${arrived.findingId} arrived at ${arrived.seenAt}` };
    }),
  );
  return withTargetFindings(preflight, verdicts, finding);
}
