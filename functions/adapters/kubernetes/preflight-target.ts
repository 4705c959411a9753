import type { ConfigMap, PersistentVolumeClaim, PodTemplateSpec, Secret } from "kubernetes-types/core/v1.d.ts";
import type { LabelSelector } from "kubernetes-types/meta/v1.d.ts";
import type { ConfigNeed, Looked, TargetFacts } from "../../domain/preflight-facts.ts";
import type { ImageRegistry } from "../../ports/image-registry.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";
import { selects } from "./label-selector.ts";
import { from, type Look, notChecked } from "./preflight-looking.ts";
import { needsOfTemplate } from "./preflight-template.ts";

export interface TargetReads {
  readonly kubernetes: KubernetesClient;
  readonly images: ImageRegistry;
  readonly look: Look;
  /** `/api/v1/namespaces/<namespace>` */
  readonly core: string;
  readonly secrets: boolean;
}

const NOTHING = { value: true } as const;

/** What a release's template needs, and what of it is there. Everything is asked for at the same time. */
export async function targetFacts(
  reads: TargetReads,
  templateHash: string,
  template: Looked<PodTemplateSpec | null>,
  selector: LabelSelector | null,
): Promise<TargetFacts> {
  const { kubernetes, look, core } = reads;
  if ("notChecked" in template || template.value === null) {
    const needs = from(template, () => null);
    return { templateHash, needs, selected: true, configs: [], serviceAccount: NOTHING, claims: [], priorityClass: NOTHING, images: [] };
  }
  const needs = needsOfTemplate(template.value);
  const exists = async (path: string, name: string | null) =>
    name === null
      ? { value: true }
      : from(await look(() => kubernetes.get(`${path}/${encodeURIComponent(name)}`)), (found) => found !== null);
  const [configs, serviceAccount, claims, priorityClass, images] = await Promise.all([
    Promise.all(needs.configs.map(async (need) => ({ need, missing: await missingOf(reads, need) }))),
    exists(`${core}/serviceaccounts`, needs.serviceAccount),
    Promise.all(needs.claims.map(async (name) => ({ name, found: await claimOf(reads, name) }))),
    exists("/apis/scheduling.k8s.io/v1/priorityclasses", needs.priorityClass),
    Promise.all(needs.images.map(async (image) => ({ image, present: await presenceOf(reads, image) }))),
  ]);
  const selected = selector === null || selects(selector, template.value.metadata?.labels ?? {});
  return { templateHash, needs: { value: needs }, selected, configs, serviceAccount, claims, priorityClass, images };
}

/** Keys that are not there. Of a Secret the values are dropped as soon as its keys are known. */
async function missingOf(
  { kubernetes, look, core, secrets }: TargetReads,
  { kind, name, keys }: ConfigNeed,
): Promise<Looked<readonly string[]>> {
  if (kind === "Secret" && !secrets) return notChecked("the blueprint lets nobody read Secrets (spec.restore.secrets: names)");
  const present = await look(async () => {
    const plural = kind === "Secret" ? "secrets" : "configmaps";
    const found = await kubernetes.get<ConfigMap & Secret>(`${core}/${plural}/${encodeURIComponent(name)}`);
    return found === null ? null : Object.keys({ ...found.data, ...found.binaryData });
  });
  return from(present, (found) => (found === null ? [name] : keys.filter((key) => !found.includes(key))));
}

async function claimOf({ kubernetes, look, core }: TargetReads, name: string): Promise<TargetFacts["claims"][number]["found"]> {
  const claim = await look(() => kubernetes.get<PersistentVolumeClaim>(`${core}/persistentvolumeclaims/${encodeURIComponent(name)}`));
  return from(claim, (found) => {
    if (found === null) return "absent";
    const modes = found.spec?.accessModes ?? [];
    return modes.length > 0 && modes.every((mode) => mode.startsWith("ReadWriteOnce")) ? "one-node" : "shared";
  });
}

async function presenceOf({ images, look }: TargetReads, image: string): Promise<Looked<boolean>> {
  const answer = await look(() => images.exists(image));
  if ("notChecked" in answer) return answer;
  const { verdict, reason } = answer.value;
  return verdict === "not-checked" ? notChecked(reason) : { value: verdict === "present" };
}
