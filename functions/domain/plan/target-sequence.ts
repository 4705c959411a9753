import type { ReleaseParts } from "../release.ts";
import { type ThreeWay, threeWay } from "../three-way.ts";
import type { RestoreTarget } from "./plan-targets.ts";
import type { StrategyFacts } from "./strategy-facts.ts";

/**
 * Each target as it looks after those before it have been tried: what they brought back is live by then, and is no edit of somebody's. Whether a tag has
 * moved on is told by what was live at the assessment. A target that would change nothing any more is left out.
 */
export function inSequence(
  targets: readonly RestoreTarget[],
  { assessment, releases, blueprint }: Pick<StrategyFacts, "assessment" | "releases" | "blueprint">,
): readonly RestoreTarget[] {
  const suspect = releases.find(({ hash }) => hash === assessment.change?.toRelease)?.parts ?? null;
  let live = assessment.live?.parts ?? null;
  let after = suspect ?? live;
  const planned: RestoreTarget[] = [];
  for (const entry of targets) {
    const before = releases.find(({ hash }) => hash === entry.target.releaseHash)?.parts ?? null;
    if (live === null || after === null || before === null || entry.restore === null) {
      planned.push(entry);
      // Of a template alone nobody knows what it is like: the next one is another in any case.
      live = live === null ? null : { ...live, templateHash: entry.target.templateHash, facets: {} };
      continue;
    }
    const { pinnedImages, refused } = entry.restore;
    const then = threeWay({ before, after, live, afterIsLive: suspect === null, policy: blueprint.restore, bounds: blueprint.scaling });
    const restore = { ...then, pinnedImages, refused, template: then.template || Object.keys(pinnedImages).length > 0 };
    if (restore.template || restore.configs.length > 0 || restore.replicas !== null || restore.autoscaler !== null) {
      planned.push({ ...entry, restore });
    }
    [live, after] = [restored(live, before, restore), restored(after, before, restore)];
  }
  return planned;
}

/** What is live once a release has come back. */
function restored(parts: ReleaseParts, before: ReleaseParts, { template, configs, replicas, autoscaler }: ThreeWay): ReleaseParts {
  const hashOf = ({ kind, name }: ReleaseParts["configs"][number]) =>
    configs.find((one) => one.kind === kind && one.name === name)?.dataHash;
  return {
    ...parts,
    ...(template ? { templateHash: before.templateHash, facets: before.facets, images: before.images } : {}),
    configs: parts.configs.map((config) => ({ ...config, dataHash: hashOf(config) ?? config.dataHash })),
    scale: replicas === null ? parts.scale : { ...parts.scale, replicas },
    hpa:
      autoscaler === null || parts.hpa === null
        ? parts.hpa
        : { ...parts.hpa, minReplicas: autoscaler.minReplicas, maxReplicas: autoscaler.maxReplicas },
  };
}
