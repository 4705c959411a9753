import { Annotations, Match, Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { buildRollguard } from "../../infra/build-rollguard.ts";
import { permissionsOf, resourcesOf } from "./read-template.ts";
import { anApp } from "./synthesise.ts";

const { pipeline } = buildRollguard(
  anApp({ "rollguard:blueprints": "test/infra/blueprints/elsewhere", "rollguard:imageRepositories": "shop/checkout,base/*" }),
);
const template = Template.fromStack(pipeline);
const granted = permissionsOf(template);
const CALLERS = [
  "ObserverKeepConfig",
  "ObserverObserveReleases",
  "StepsAssessIncident",
  "StepsDiagnoseCause",
  "StepsExecuteStep",
  "StepsSelectStrategy",
  "StepsVerifyStep",
];
const own = (action: string) => (granted.StepsExecuteStep ?? []).filter((permission) => permission.startsWith(action));

describe("clusters of other regions and accounts", () => {
  it("are described where they are in the own account, each in its region", () => {
    expect(own("eks:")).toEqual([
      "eks:DescribeCluster arn:AWS::Partition:eks:eu-west-1:AWS::AccountId:cluster/prod",
      "eks:DescribeCluster eks cluster/prod",
    ]);
  });

  it("are reached by exactly the roles that blueprints name, and by those functions alone that call Kubernetes", () => {
    const assuming = Object.entries(granted).filter(([, may]) => may.some((permission) => permission.startsWith("sts:")));

    expect(own("sts:")).toEqual(["sts:AssumeRole arn:aws:iam::444455556666:role/rollguard"]);
    expect(assuming.map(([name]) => name).sort()).toEqual(CALLERS);
  });

  it("are not given access entries, which only a stack of their own account and region could make", () => {
    const entries = Object.values(resourcesOf(template, "AWS::EKS::AccessEntry"));

    expect(entries).toHaveLength(CALLERS.length);
    expect(new Set(entries.map(({ Properties }) => Properties.ClusterName))).toEqual(new Set(["prod"]));
  });

  it("are named at synth, with the roles to admit as outputs", () => {
    Annotations.fromStack(pipeline).hasInfo(
      "*",
      Match.stringLikeRegexp("make them yourself for prod in eu-west-1, theirs in eu-west-1 as arn:aws:iam::444455556666:role/rollguard"),
    );
    for (const [output, roles] of [
      ["ReadRoles", 5],
      ["WriteRoles", 1],
      ["KeepRoles", 1],
    ] as const) {
      const [found] = Object.values(template.findOutputs(output));
      const value = found?.Value as { "Fn::Join"?: [string, unknown[]] };
      expect("Fn::Join" in value ? value["Fn::Join"]?.[1].length : 1, output).toBe(roles);
    }
  });
});

describe("images", () => {
  it("are asked for in the named repositories alone, where the clusters are", () => {
    const asking = Object.entries(granted).flatMap(([name, may]) =>
      may.filter((permission) => permission.startsWith("ecr:")).map((permission) => [name, permission]),
    );

    expect(asking).toEqual([
      ["StepsSelectStrategy", "ecr:BatchGetImage arn:AWS::Partition:ecr:eu-west-1:AWS::AccountId:repository/base/*"],
      ["StepsSelectStrategy", "ecr:BatchGetImage arn:AWS::Partition:ecr:eu-west-1:AWS::AccountId:repository/shop/checkout"],
      ["StepsSelectStrategy", "ecr:BatchGetImage ecr repository/base/*"],
      ["StepsSelectStrategy", "ecr:BatchGetImage ecr repository/shop/checkout"],
    ]);
  });
});
