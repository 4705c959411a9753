import { type Environment, RemovalPolicy } from "aws-cdk-lib";
import type { Node } from "constructs";
import * as z from "zod";
import { AuthoredTargetSchema } from "../functions/domain/blueprint-authored-cluster.ts";
import type { StackBinding } from "../functions/domain/blueprint-compile.ts";
import { closestWord } from "../functions/domain/closest-word.ts";
import { METRIC_PRESETS } from "../functions/domain/metric-presets.ts";
import { AWS_EVENT_SOURCES } from "./constructs/rollguard.ts";
import type { NetworkIds } from "./network.ts";

/** Context keys of ours start with this: `-c rollguard:target=local` on the command line, or `context` in cdk.json. */
const PREFIX = "rollguard:";
const TARGETS = ["aws", "local"] as const;

/** `a,b` from the command line, or a list in cdk.json; each item once. */
const list = (item: RegExp) =>
  z.preprocess(
    (value) => (typeof value === "string" ? value.split(",").map((part) => part.trim()) : value),
    z
      .array(z.string().regex(item))
      .min(1)
      .transform((items) => [...new Set(items)]),
  );
/** The same names as in a blueprint. */
const { cluster, namespace, deployment } = AuthoredTargetSchema.shape;

/** Every key with its shape and, for messages, what it should be. */
const KEYS = {
  target: { schema: z.enum(TARGETS), expected: `one of ${TARGETS.join(", ")}` },
  blueprints: { schema: z.string().min(1), expected: "a folder of blueprints, such as services/blueprints" },
  cluster: { schema: cluster, expected: "the name of an EKS cluster, for blueprints that name none" },
  namespace: { schema: namespace, expected: "a Kubernetes namespace, for blueprints that name none" },
  deployment: { schema: deployment, expected: "a Deployment, for blueprints that name none" },
  metricPreset: { schema: z.enum(METRIC_PRESETS), expected: `one of ${METRIC_PRESETS.join(", ")}` },
  eventSources: { schema: list(/^[\w./-]+$/), expected: "EventBridge sources, such as aws.cloudwatch,rollguard.alarm-clock" },
  imageRepositories: {
    schema: list(/^[a-z0-9][a-z0-9._/-]{0,254}(\*)?$/),
    expected: "names of ECR repositories, such as shop/checkout,shop/search or shop/*",
  },
  vpcId: { schema: z.string().regex(/^vpc-[0-9a-f]{8,17}$/), expected: "a VPC id, such as vpc-0a1b2c3d" },
  subnetIds: { schema: list(/^subnet-[0-9a-f]{8,17}$/), expected: "subnet ids, such as subnet-0a1b2c3d,subnet-4e5f6a7b" },
  securityGroupIds: { schema: list(/^sg-[0-9a-f]{8,17}$/), expected: "security group ids, such as sg-0a1b2c3d" },
} as const;

const ContextSchema = z.strictObject({
  target: KEYS.target.schema.optional(),
  blueprints: KEYS.blueprints.schema.optional(),
  cluster: KEYS.cluster.schema,
  namespace: KEYS.namespace.schema,
  deployment: KEYS.deployment.schema,
  metricPreset: KEYS.metricPreset.schema.optional(),
  eventSources: KEYS.eventSources.schema.optional(),
  imageRepositories: KEYS.imageRepositories.schema.optional(),
  vpcId: KEYS.vpcId.schema.optional(),
  subnetIds: KEYS.subnetIds.schema.optional(),
  securityGroupIds: KEYS.securityGroupIds.schema.optional(),
});
type Context = z.infer<typeof ContextSchema>;

/** The configuration of one deployment. */
export interface RollguardConfig {
  /** `local`: an emulator on this machine. */
  readonly target: (typeof TARGETS)[number];
  readonly blueprintFolder: string;
  /** What blueprints are bound to where they do not say it themselves. */
  readonly binding: StackBinding;
  readonly eventSources: readonly string[];
  /** Where images of releases may be; undefined = every ECR repository of the account. */
  readonly imageRepositories: readonly string[] | undefined;
  readonly network: NetworkIds | undefined;
  readonly env: Environment;
  readonly removalPolicy: RemovalPolicy;
}

/** The configuration is wrong; the message names each key, what was expected and what was found. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Reads `rollguard:*` from the CDK context. Throws ConfigError on unknown keys and values. */
export function readConfig(node: Node): RollguardConfig {
  const all: Record<string, unknown> = node.getAllContext();
  const strays = Object.keys(all).flatMap(strayKey);
  if (strays.length > 0) throw new ConfigError(strays.join("\n"));
  const ours = Object.entries(all).filter(([key]) => key.startsWith(PREFIX));
  const given = Object.fromEntries(ours.map(([key, value]) => [key.slice(PREFIX.length), value]));
  const parsed = ContextSchema.safeParse(given);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.flatMap((issue) => describe(issue, given)).join("\n"));
  const context = parsed.data;
  const local = context.target === "local";
  return {
    target: context.target ?? "aws",
    blueprintFolder: context.blueprints ?? "blueprints",
    binding: {
      target: { cluster: context.cluster, namespace: context.namespace, deployment: context.deployment },
      metricPreset: context.metricPreset ?? (local ? "demo" : "eks"),
    },
    eventSources: context.eventSources ?? (local ? [...AWS_EVENT_SOURCES, "rollguard.alarm-clock"] : AWS_EVENT_SOURCES),
    imageRepositories: context.imageRepositories,
    network: networkOf(context),
    env: local
      ? { account: "000000000000", region: "us-east-1" }
      : { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
    removalPolicy: local ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  };
}

/** `target=local` and `rollgaurd:target=local` could be anybody's keys, and this a deployment to AWS. */
function strayKey(key: string): string[] {
  const [prefix = "", ...rest] = key.split(":");
  const name = rest.length === 0 ? key : rest.join(":");
  const ours =
    rest.length === 0 ? Object.hasOwn(KEYS, name) : !key.startsWith(PREFIX) && closestWord(prefix, [PREFIX.slice(0, -1)]) !== null;
  return ours ? [`${key}: no such context key; did you mean ${PREFIX}${name}?`] : [];
}

function describe(issue: z.core.$ZodIssue, given: Readonly<Record<string, unknown>>): string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const meant = closestWord(key, Object.keys(KEYS));
      const hint = meant === null ? `known keys: ${Object.keys(KEYS).join(", ")}` : `did you mean ${PREFIX}${meant}?`;
      return `${PREFIX}${key}: no such context key; ${hint}`;
    });
  }
  const key = String(issue.path[0]);
  const { expected } = KEYS[key as keyof typeof KEYS];
  return [`${PREFIX}${key}: expected ${expected}; got ${JSON.stringify(given[key])}`];
}

function networkOf({ vpcId, subnetIds, securityGroupIds }: Context): NetworkIds | undefined {
  if (vpcId !== undefined && subnetIds !== undefined) return { vpcId, subnetIds, securityGroupIds };
  if (vpcId === undefined && subnetIds === undefined && securityGroupIds === undefined) return undefined;
  throw new ConfigError(
    `${PREFIX}vpcId and ${PREFIX}subnetIds belong together (${PREFIX}securityGroupIds is optional): give both, or none of the three`,
  );
}
