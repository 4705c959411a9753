import { bundledBlueprints } from "../../adapters/aws/bundled-blueprints.ts";
import { kmsMacKey } from "../../adapters/aws/kms-mac-key.ts";
import { configCopies } from "../../adapters/config/config-copies.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { KeepConfigEnvironmentSchema } from "./environment.ts";
import { keepConfig, keepConfigSchemas } from "./keep-config.ts";

const { MAC_KEY_ARN } = readEnvironment(KeepConfigEnvironmentSchema);

const copies = configCopies({ macKey: MAC_KEY_ARN === "" ? null : kmsMacKey(MAC_KEY_ARN) });

export const handler = stepHandler("keep-config", keepConfigSchemas, keepConfig({ blueprints: bundledBlueprints(), copies }));
