import { bundledBlueprints } from "../../adapters/aws/bundled-blueprints.ts";
import { kmsMacKey } from "../../adapters/aws/kms-mac-key.ts";
import { kmsSeal } from "../../adapters/aws/kms-seal.ts";
import { s3Archive } from "../../adapters/aws/s3-archive.ts";
import { configCopies } from "../../adapters/config/config-copies.ts";
import { sealedSecrets } from "../../adapters/config/sealed-secrets.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { KeepConfigEnvironmentSchema } from "./environment.ts";
import { keepConfig, keepConfigSchemas } from "./keep-config.ts";

const { MAC_KEY_ARN, ARCHIVE_BUCKET, TEMPLATE_KEY_ARN } = readEnvironment(KeepConfigEnvironmentSchema);

const macKey = MAC_KEY_ARN === "" ? null : kmsMacKey(MAC_KEY_ARN);
const kept = { archive: s3Archive(ARCHIVE_BUCKET), seal: kmsSeal(TEMPLATE_KEY_ARN) };
const copies = configCopies({ macKey, sealed: macKey === null ? null : sealedSecrets({ ...kept, macKey }) });

export const handler = stepHandler("keep-config", keepConfigSchemas, keepConfig({ blueprints: bundledBlueprints(), copies }));
