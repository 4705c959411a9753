import { Annotations, type App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { loadBlueprints } from "../blueprints/load-blueprints.ts";
import { digestsSecrets } from "../functions/domain/blueprint.ts";
import { readConfig } from "./config.ts";
import { PipelineStack } from "./stacks/pipeline-stack.ts";
import { StateStack } from "./stacks/state-stack.ts";

/** Both stacks as the context configures them, checked by cdk-nag and CloudFormation's own rules at synth. Throws when a blueprint cannot be armed. */
export function buildRollguard(app: App): { readonly state: StateStack; readonly pipeline: PipelineStack } {
  const config = readConfig(app.node);
  const { env, removalPolicy, eventSources, imageRepositories, network } = config;
  const blueprints = loadBlueprints(config.blueprintFolder, config.binding);
  const state = new StateStack(app, "RollguardState", {
    env,
    removalPolicy,
    digestSecrets: digestsSecrets(blueprints),
    description: "Rollguard: incidents, snapshots and the topic that pages people",
  });
  const pipeline = new PipelineStack(app, "RollguardPipeline", {
    env,
    removalPolicy,
    description: "Rollguard: takes bad changes back by itself",
    blueprints,
    eventSources,
    imageRepositories,
    network,
    emulated: config.target === "local",
  });
  pipeline.addStackDependency(state, "reads the names of table and topic");
  if (blueprints.length === 0) {
    Annotations.of(pipeline).addInfo(`no blueprints in ${config.blueprintFolder}: nothing is armed`);
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { state, pipeline };
}
