import * as z from "zod/mini";
import { keepsSecrets, type RestorePolicy } from "../../domain/blueprint.ts";
import { InvalidInputError } from "../../domain/errors.ts";
import type { BlueprintRegistry } from "../../ports/blueprint-registry.ts";
import type { ConfigCopies, CopyPlace } from "../../ports/config-copies.ts";
import type { Step } from "../../runtime/step-handler.ts";

export interface KeepConfigPorts {
  readonly blueprints: BlueprintRegistry;
  readonly copies: ConfigCopies;
}

export const keepConfigSchemas = {
  input: z.strictObject({
    service: z.string(),
    copy: z.array(z.strictObject({ kind: z.enum(["ConfigMap", "Secret"]), name: z.string(), dataHash: z.nullable(z.string()) })),
    needed: z.array(z.string()),
  }),
  output: z.strictObject({ outcomes: z.array(z.string()), removed: z.array(z.string()) }),
};
type Input = z.infer<typeof keepConfigSchemas.input>;

/**
 * Makes the copies that a snapshot asks for, in the service's own namespace or, of Secrets with `encrypted`, sealed in the archive; and removes those in the
 * namespace that no kept release needs. What the blueprint does not ask for is not done, whoever asks. Throws InvalidInputError for a service that has no blueprint.
 */
export function keepConfig({ blueprints, copies }: KeepConfigPorts): Step<Input, z.infer<typeof keepConfigSchemas.output>> {
  return async ({ service, copy, needed }) => {
    const blueprint = blueprints.all.find((candidate) => candidate.service === service);
    if (blueprint === undefined) throw new InvalidInputError(`no blueprint is named ${service}`, { service });
    const { target, restore } = blueprint;
    const wanted = copy.filter(({ kind }) => (kind === "ConfigMap" ? restore.configMaps : keepsSecrets(restore)));
    const outcomes: string[] = [];
    for (const ref of wanted) {
      const { outcome, reason } = await copies.copy(target, service, ref, placeOf(ref.kind, restore));
      outcomes.push(`${outcome}: ${reason}`);
    }
    const kinds = [...(restore.configMaps ? ["ConfigMap" as const] : []), ...(restore.secrets === "copies" ? ["Secret" as const] : [])];
    return { outcomes, removed: [...(await copies.prune(target, service, kinds, needed))] };
  };
}

function placeOf(kind: "ConfigMap" | "Secret", { secrets }: RestorePolicy): CopyPlace {
  return kind === "Secret" && secrets === "encrypted" ? "archive" : "namespace";
}
