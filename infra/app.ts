import { App } from "aws-cdk-lib";
import { buildRollguard } from "./build-rollguard.ts";

/** What `cdk` runs. Context keys: see `config.ts`. A wrong configuration or blueprint is one clear message, not a stack trace. */
const app = new App();
try {
  buildRollguard(app);
} catch (error) {
  const expected = error instanceof Error && ["ConfigError", "BlueprintError"].includes(error.name);
  if (!expected) throw error;
  console.error(error.message);
  process.exit(1);
}
app.synth();
