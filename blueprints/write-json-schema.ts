import { writeFileSync } from "node:fs";
import { blueprintJsonSchema } from "../functions/domain/blueprint-json-schema.ts";

/** `npm run schema`: writes the file that editors use. A test fails while it is out of date. */
writeFileSync(new URL("blueprint.schema.json", import.meta.url), blueprintJsonSchema());
