import type { Template } from "aws-cdk-lib/assertions";

/** A CloudFormation resource as a template holds it. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a template holds is the question of the test that reads it
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: string | readonly string[];
}

/** Name (logical id without prefix and hash) to resource. */
export function resourcesOf(template: Template, type: string): Readonly<Record<string, Resource>> {
  const found = template.findResources(type) as Record<string, Resource>;
  return Object.fromEntries(Object.entries(found).map(([id, resource]) => [shortName(id), resource]));
}

/** The function of a step or entry, by its construct name. */
export function functionOf(template: Template, name: string): Resource {
  const found = Object.entries(resourcesOf(template, "AWS::Lambda::Function")).filter(([id]) => id.endsWith(`${name}Function`));
  if (found.length !== 1) throw new Error(`expected one function ${name}, found ${found.map(([id]) => id).join(", ") || "none"}`);
  return (found[0] as [string, Resource])[1];
}

/** Owner of each policy (`StepsOpenIncident`) to its permissions, sorted: `dynamodb:GetItem table-name`. Fails on anything but plain Allow statements; of PassRole it tells to whom. */
export function permissionsOf(template: Template): Readonly<Record<string, readonly string[]>> {
  const policies = Object.entries(resourcesOf(template, "AWS::IAM::Policy"));
  return Object.fromEntries(
    policies.map(([id, { Properties }]) => {
      const owner = id.replace(/RoleDefaultPolicy$/, "");
      return [owner, Properties.PolicyDocument.Statement.flatMap((statement: Statement) => permissions(owner, statement)).sort()];
    }),
  );
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

function permissions(owner: string, { Effect, Action, Resource, Condition }: Statement): string[] {
  const receiver = Action === "iam:PassRole" ? passedTo(Condition) : null;
  if (Effect !== "Allow" || (Condition !== undefined && receiver === null))
    throw new Error(`unexpected statement of ${owner}: ${JSON.stringify({ Effect, Condition })}`);
  const resources = [Resource].flat().map((resource) => resourceName(resource).replace(new RegExp(`^${owner}`), "own "));
  return [Action].flat().flatMap((action) => resources.map((resource) => [action, resource, ...(receiver ?? [])].join(" ")));
}

/** `to scheduler.amazonaws.com` where that is all that the condition says; null for any other, and for none. */
function passedTo(condition: unknown): readonly string[] | null {
  const { StringEquals } = (condition ?? {}) as { readonly StringEquals?: Readonly<Record<string, string>> };
  const service = StringEquals?.["iam:PassedToService"];
  const whole = JSON.stringify({ StringEquals: { "iam:PassedToService": service } });
  return service !== undefined && JSON.stringify(condition) === whole ? ["to", service] : null;
}

/** What a resource value refers to, short enough to read in a test: `*`, `table-name`, `RollbackMachine`, `eks cluster/demo`. */
export function resourceName(value: unknown): string {
  if (typeof value === "string") return value;
  const {
    Ref,
    "Fn::GetAtt": attribute,
    "Fn::Join": join,
  } = value as {
    Ref?: string;
    "Fn::GetAtt"?: [string, string];
    "Fn::Join"?: [string, unknown[]];
  };
  if (Ref !== undefined) return shortName(Ref);
  if (attribute !== undefined) return shortName(attribute[0]);
  const parts = (join?.[1] ?? []).map((part) => (typeof part === "string" ? part : resourceName(part)));
  const parameter = parts.findIndex((part) => part.startsWith("parameter "));
  return parameter >= 0
    ? parts.slice(parameter).join("")
    : parts.join("").replace(/^arn:AWS::Partition:([a-z]+):AWS::Region:AWS::AccountId:/, "$1 ");
}

function shortName(logicalId: string): string {
  const parameter = /^SsmParameterValuerollguard([a-z]+)[0-9A-F]{8}/.exec(logicalId)?.[1];
  if (parameter !== undefined) return `parameter ${parameter}`;
  return logicalId.replace(/[0-9A-F]{8}$/, "").replace(/^Rollguard(?=[A-Z])/, "");
}
