import { Fn, Validations } from "aws-cdk-lib";
import { SecurityGroup, Vpc } from "aws-cdk-lib/aws-ec2";
import type { Construct } from "constructs";
import type { FunctionNetwork } from "./constructs/pipeline-function.ts";

/** An existing VPC by its ids, so that synth looks nothing up and needs no credentials. */
export interface NetworkIds {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** @default a security group of our own that lets everything out */
  readonly securityGroupIds?: readonly string[];
}

export function importNetwork(scope: Construct, ids: NetworkIds): FunctionNetwork {
  const vpc = Vpc.fromVpcAttributes(scope, "Vpc", {
    vpcId: ids.vpcId,
    // Not used by functions, but the import wants one per subnet.
    availabilityZones: ids.subnetIds.map((_, index) => Fn.select(index, Fn.getAzs())),
    privateSubnetIds: [...ids.subnetIds],
  });
  Validations.of(vpc).acknowledge({
    id: "Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId",
    reason: "Functions are only placed into the subnets; nothing here reads or changes a route table",
  });
  return {
    vpc,
    securityGroups: ids.securityGroupIds?.map((groupId) => SecurityGroup.fromSecurityGroupId(scope, groupId, groupId)),
  };
}
