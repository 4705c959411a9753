import type { OptionalPart, ReleaseParts } from "./release.ts";

/** What differs between two releases, in words: `ConfigMap app-settings`, `limits of container app`, `replicas 3 -> 2`. Empty when nothing restorable does. */
export function releaseDiff(before: ReleaseParts, after: ReleaseParts): string[] {
  const known = (part: OptionalPart) => !before.unread.includes(part) && !after.unread.includes(part);
  return [
    ...images(before, after),
    // One revision is one template; its defaults may differ after an upgrade of the cluster.
    ...(before.templateHash === after.templateHash ? [] : facets(before, after)),
    ...strategy(before, after),
    ...scale(before, after),
    ...(known("hpa") ? autoscaler(before, after) : []),
    ...(known("pdb") ? named("PodDisruptionBudget", before.pdb, after.pdb) : []),
    ...configs(before, after),
    ...(known("service") ? named("Service", before.service, after.service) : []),
    ...(known("routes") ? routes(before, after) : []),
    ...(before.fixed.selector === after.fixed.selector ? [] : ["selector"]),
    ...(before.fixed.specHash === after.fixed.specHash ? [] : ["fields that cannot be changed on a live workload"]),
  ];
}

/**
 * Of two releases with the same template: what around it has changed that can be taken back, and may so be a cause. The rest (a budget, a Service) differs
 * also after an upgrade of the cluster.
 */
export function configDiff(before: ReleaseParts, after: ReleaseParts): string[] {
  const bounds = before.hpa !== null && after.hpa !== null && before.hpa.name === after.hpa.name ? autoscaler(before, after) : [];
  return [...images(before, after), ...bounds.filter((words) => words.startsWith("bounds")), ...configs(before, after)];
}

/** Do two releases run the same template, as far as the cluster and the images tell? Then what differs is the configuration around it. */
export function sameTemplate(before: ReleaseParts, after: ReleaseParts): boolean {
  return before.templateHash === after.templateHash || facetsAndImages(before) === facetsAndImages(after);
}

function facetsAndImages({ facets: all, images: list }: ReleaseParts): string {
  const names = list.map(({ container, image }) => `${container}=${image}`).sort();
  return JSON.stringify([Object.entries(all).sort(([one], [other]) => (one < other ? -1 : 1)), names]);
}

/** A digest that nobody reported is no difference. */
function images(before: ReleaseParts, after: ReleaseParts): string[] {
  return after.images.flatMap(({ container, image, digest }) => {
    const old = before.images.find((candidate) => candidate.container === container);
    if (old === undefined) return [];
    if (old.image !== image) return [`image of container ${container} ${old.image} -> ${image}`];
    const moved = old.digest !== null && digest !== null && old.digest !== digest;
    return moved ? [`content behind tag ${image} of container ${container}`] : [];
  });
}

function facets(before: ReleaseParts, after: ReleaseParts): string[] {
  const keys = [...new Set([...Object.keys(before.facets), ...Object.keys(after.facets)])];
  const changed = keys.filter((key) => before.facets[key] !== after.facets[key]);
  // of a container that came or went, its aspects are no news of their own
  const whole = changed.filter((key) => /^(init )?container /.test(key));
  return changed
    .filter((key) => !whole.some((container) => key.endsWith(` of ${container}`)))
    .map((key) => (after.facets[key] === undefined ? `${key} (gone)` : before.facets[key] === undefined ? `${key} (new)` : key));
}

function strategy({ strategy: old }: ReleaseParts, { strategy: now }: ReleaseParts): string[] {
  const words = ({ type, maxSurge, maxUnavailable }: ReleaseParts["strategy"]) => `${type} ${maxSurge}/${maxUnavailable}`;
  return words(old) === words(now) ? [] : [`strategy ${words(old)} -> ${words(now)}`];
}

function scale({ scale: old }: ReleaseParts, { scale: now }: ReleaseParts): string[] {
  if (old.owner !== null || now.owner !== null || old.replicas === now.replicas) return [];
  return [`replicas ${old.replicas} -> ${now.replicas}`];
}

function autoscaler({ hpa: old }: ReleaseParts, { hpa: now }: ReleaseParts): string[] {
  if (old === null || now === null || old.name !== now.name) return named("HorizontalPodAutoscaler", old, now);
  const bounds = ({ minReplicas, maxReplicas }: NonNullable<ReleaseParts["hpa"]>) => `${minReplicas} to ${maxReplicas}`;
  if (bounds(old) !== bounds(now)) return [`bounds of HorizontalPodAutoscaler ${now.name} ${bounds(old)} -> ${bounds(now)}`];
  return named("HorizontalPodAutoscaler", old, now);
}

function configs(before: ReleaseParts, after: ReleaseParts): string[] {
  const key = ({ kind, name }: ReleaseParts["configs"][number]) => `${kind} ${name}`;
  const found = (parts: ReleaseParts, wanted: string) => parts.configs.find((config) => key(config) === wanted);
  const all = [...new Set([...before.configs, ...after.configs].map(key))];
  return all.flatMap((wanted) => {
    const [old, now] = [found(before, wanted), found(after, wanted)];
    if (old === undefined) return [`${wanted} (new)`];
    if (now === undefined) return [`${wanted} (gone)`];
    return old.dataHash !== null && now.dataHash !== null && old.dataHash !== now.dataHash ? [wanted] : [];
  });
}

/** Of two releases that nothing else tells apart: the shift of weights that a router's own controller has not made. Empty where anything else differs. */
export function trafficDiff(before: ReleaseParts, after: ReleaseParts): string[] {
  const shifted = before.unread.includes("routes") || after.unread.includes("routes") ? [] : routes(before, after);
  return releaseDiff(before, after).length === shifted.length ? shifted : [];
}

function routes(before: ReleaseParts, after: ReleaseParts): string[] {
  return after.routes.flatMap(({ route, weights, owner }) => {
    const old = before.routes.find((candidate) => candidate.route.name === route.name && candidate.route.rule === route.rule);
    if (old === undefined || owner !== null || old.owner !== null) return [];
    const same = Object.keys({ ...old.weights, ...weights }).every((arm) => old.weights[arm] === weights[arm]);
    return same ? [] : [`traffic weights of ${route.name}`];
  });
}

interface NamedPart {
  readonly name: string;
  readonly specHash: string;
}

function named(kind: string, old: NamedPart | null, now: NamedPart | null): string[] {
  if (old === null && now === null) return [];
  if (old === null) return [`${kind} ${now?.name} (new)`];
  if (now === null) return [`${kind} ${old.name} (gone)`];
  return old.name === now.name && old.specHash === now.specHash ? [] : [`${kind} ${now.name}`];
}
