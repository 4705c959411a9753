import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Duration, Stack } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Code, Function as Lambda, Runtime } from "aws-cdk-lib/aws-lambda";
import { DefinitionBody, StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { buildSync } from "esbuild";
import { BUNDLE_OPTIONS, PROJECT_ROOT } from "../../../infra/bundle-handlers.ts";
import { FLOOR_SOURCE, FLOOR_STACK, STAMP_URL_CONTEXT } from "./deploy-floor.ts";
import { floorDefinition, WRITING_STATE } from "./floor-definition.ts";

/** CDK app of the floor: rule -> starter -> the real machine's way to its first write, with functions that do nothing. */
const app = new App();
const stack = new Stack(app, FLOOR_STACK, { env: { account: "000000000000", region: "us-east-1" } });
const code = mkdtempSync(join(tmpdir(), "rollguard-floor-"));
buildSync({
  ...BUNDLE_OPTIONS,
  entryPoints: ["starter", "no-op"].map((name) => ({ in: join(import.meta.dirname, `${name}-handler.ts`), out: `${name}/index` })),
  outdir: code,
});

const lambda = (name: string, folder: string, environment: Record<string, string> = {}) =>
  new Lambda(stack, name, {
    ...{ runtime: Runtime.NODEJS_24_X, handler: "index.handler", memorySize: 512, timeout: Duration.seconds(20) },
    ...{ code: Code.fromAsset(join(code, folder)), environment },
  });

const definition = floorDefinition(JSON.parse(readFileSync(join(PROJECT_ROOT, "statemachines/rollback.asl.json"), "utf8")));
const tasks = Object.entries(definition.States).filter(([, { Type }]) => Type === "Task");
const functions = tasks.map(([name]) => {
  const environment: Record<string, string> = name === WRITING_STATE ? { STAMP_URL: app.node.getContext(STAMP_URL_CONTEXT) } : {};
  return [name, lambda(name, "no-op", environment)] as const;
});
const machine = new StateMachine(stack, "Machine", {
  definitionBody: DefinitionBody.fromString(JSON.stringify(definition)),
  definitionSubstitutions: Object.fromEntries(functions.map(([name, { functionArn }]) => [`${name}FunctionArn`, functionArn])),
});
for (const [, fn] of functions) fn.grantInvoke(machine);
const starter = lambda("Starter", "starter", { MACHINE_ARN: machine.stateMachineArn });
machine.grantStartExecution(starter);
new Rule(stack, "Rule", { eventPattern: { source: [FLOOR_SOURCE] }, targets: [new LambdaFunction(starter)] });
