import type { PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import { FIRST_CONTAINER } from "../../domain/image-wish.ts";
import type { WorkloadWrite } from "../../domain/workload.ts";
import { withoutHashLabel } from "./template-equality.ts";

/** What a restore asks for, of a template that the cluster or the snapshot has. */
type TemplateWrite = Extract<WorkloadWrite, { kind: "restore-template" }>;

/**
 * The template to write: that of the revision, or the snapshot's when the cluster has none; with images by digest where the release names them.
 * Null when there is neither.
 */
export function templateToWrite(revision: PodTemplateSpec | null, write: TemplateWrite): PodTemplateSpec | null {
  const found = revision ?? parsedTemplate(write.savedTemplate ?? null);
  return found === null ? null : withImages(withoutHashLabel(found), write.images ?? {});
}

/** Images by container in place of the template's own; initial containers too. One under no name is for the first container. */
export function withImages(template: PodTemplateSpec, images: Readonly<Record<string, string>>): PodTemplateSpec {
  if (template.spec === undefined || Object.keys(images).length === 0) return template;
  const { containers, initContainers } = template.spec;
  const first = containers[0]?.name;
  const pinned = <T extends { name: string; image?: string }>(container: T): T => {
    const image = images[container.name] ?? (container.name === first ? images[FIRST_CONTAINER] : undefined);
    return image === undefined ? container : { ...container, image };
  };
  const inits = initContainers === undefined ? {} : { initContainers: initContainers.map(pinned) };
  return { ...template, spec: { ...template.spec, containers: containers.map(pinned), ...inits } };
}

function parsedTemplate(text: string | null): PodTemplateSpec | null {
  if (text === null) return null;
  const value: unknown = JSON.parse(text);
  return isTemplate(value) ? value : null;
}

/** As far as it can be told here: the API server checks the rest. */
export function isTemplate(value: unknown): value is PodTemplateSpec {
  if (typeof value !== "object" || value === null || !("spec" in value)) return false;
  const { spec } = value;
  return typeof spec === "object" && spec !== null && "containers" in spec && Array.isArray(spec.containers) && spec.containers.length > 0;
}
