import type { Blueprint, Trigger } from "../domain/blueprint.ts";

/** The compiled blueprints of this deployment (bundled as `blueprints.json` beside the handler). */
export interface BlueprintRegistry {
  readonly all: readonly Blueprint[];
  byService(service: string): Blueprint | null;
  byAlarm(alarmName: string): { readonly blueprint: Blueprint; readonly trigger: Trigger } | null;
}
