import { readFileSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { buildRollguard } from "../../infra/build-rollguard.ts";

/** Templates of both stacks as `cdk synth` makes them, with the flags of cdk.json but without bundling. Throws on any nag or validation finding. */
export interface Synthesised {
  readonly state: Template;
  readonly pipeline: Template;
}

export function synthesise(context: Readonly<Record<string, unknown>> = {}): Synthesised {
  const { state, pipeline } = buildRollguard(anApp(context));
  return { state: Template.fromStack(state), pipeline: Template.fromStack(pipeline) };
}

/** An app with the context of cdk.json, then ours. */
export function anApp(context: Readonly<Record<string, unknown>> = {}): App {
  const cdkJson = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8")) as { context: Record<string, unknown> };
  return new App({
    analyticsReporting: false,
    context: { ...cdkJson.context, "aws:cdk:bundling-stacks": [], ...context },
  });
}
