/** So many services are changed at the same time. */
export const WAVE_SIZE = 5;

/** A service and the members that come before it. */
export interface GroupNode {
  readonly service: string;
  readonly dependsOn: readonly string[];
}

/**
 * All members in layers: each stands behind all that it depends on, and within a layer by name. Names that are no members order nothing. A circle, which
 * synth refuses, ends up in the last layer: nobody is lost.
 */
export function layersOf(members: readonly GroupNode[]): string[][] {
  const open = new Map(members.map(({ service, dependsOn }) => [service, dependsOn]));
  const layers: string[][] = [];
  while (open.size > 0) {
    const free = [...open].filter(([, dependsOn]) => !dependsOn.some((name) => open.has(name))).map(([service]) => service);
    const layer = (free.length === 0 ? [...open.keys()] : free).sort();
    for (const service of layer) open.delete(service);
    layers.push(layer);
  }
  return layers;
}

/** The chosen members in waves, in the order of the layers of all: who is left out still orders those around it. */
export function wavesOf(layers: readonly (readonly string[])[], chosen: readonly string[], size: number = WAVE_SIZE): string[][] {
  return layers.flatMap((layer) => {
    const wanted = layer.filter((service) => chosen.includes(service));
    return Array.from({ length: Math.ceil(wanted.length / size) }, (_, index) => wanted.slice(index * size, (index + 1) * size));
  });
}
