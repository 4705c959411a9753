import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Validations } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { buildRollguard } from "../../infra/build-rollguard.ts";

/** Both stacks as `cdk synth` makes them. */
export interface Synthesised {
  readonly state: Template;
  readonly pipeline: Template;
  /** Findings of cdk-nag and of CloudFormation's rules that nobody acknowledged. */
  readonly findings: readonly unknown[];
  /** What was acknowledged, where and why. */
  readonly acknowledgements: readonly { readonly path: string; readonly id: string; readonly reason: string }[];
}

/** Synthesises with the flags of cdk.json, but without bundling. Throws on findings that are errors. */
export function synthesise(context: Readonly<Record<string, unknown>> = {}): Synthesised {
  const app = anApp(context);
  const { state, pipeline } = buildRollguard(app);
  const assembly = app.synth();
  const report = JSON.parse(readFileSync(join(assembly.directory, "validation-report.json"), "utf8")) as ValidationReport;
  return {
    state: Template.fromJSON(assembly.getStackByName(state.stackName).template),
    pipeline: Template.fromJSON(assembly.getStackByName(pipeline.stackName).template),
    findings: report.pluginReports.flatMap(({ violations }) => violations),
    acknowledgements: app.node
      .findAll()
      .flatMap(({ node }) =>
        node.metadata
          .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
          .flatMap(({ data }) => Object.entries(data as Record<string, string>).map(([id, reason]) => ({ path: node.path, id, reason }))),
      ),
  };
}

/** An app with the context of cdk.json, then ours. */
export function anApp(context: Readonly<Record<string, unknown>> = {}, outdir?: string): App {
  const cdkJson = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8")) as { context: Record<string, unknown> };
  return new App({ analyticsReporting: false, outdir, context: { ...cdkJson.context, "aws:cdk:bundling-stacks": [], ...context } });
}

interface ValidationReport {
  readonly pluginReports: readonly { readonly violations: readonly unknown[] }[];
}
