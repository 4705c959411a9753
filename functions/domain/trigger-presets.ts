import type { TriggerPreset } from "./trigger-preset.ts";
import type { TriggerPresetName } from "./trigger-preset-names.ts";
import { HEALTH_PRESETS } from "./trigger-presets-health.ts";
import { REQUEST_PRESETS } from "./trigger-presets-requests.ts";
import { RESOURCE_PRESETS } from "./trigger-presets-resources.ts";

/** Every named rule of the seeds, values unchanged (seeds 000 to 003). They start in `observe`: none of them is calibrated to a service. */
export const TRIGGER_PRESETS: Readonly<Record<TriggerPresetName, TriggerPreset>> = {
  ...HEALTH_PRESETS,
  ...REQUEST_PRESETS,
  ...RESOURCE_PRESETS,
};
