import { Fn } from "aws-cdk-lib";
import { SecurityGroup, Subnet, Vpc } from "aws-cdk-lib/aws-ec2";
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
  return {
    vpc: Vpc.fromVpcAttributes(scope, "Vpc", {
      vpcId: ids.vpcId,
      // Not used by functions, but the import wants one per subnet.
      availabilityZones: ids.subnetIds.map((_, index) => Fn.select(index, Fn.getAzs())),
      privateSubnetIds: [...ids.subnetIds],
    }),
    subnets: { subnets: ids.subnetIds.map((subnetId) => Subnet.fromSubnetId(scope, subnetId, subnetId)) },
    securityGroups: ids.securityGroupIds?.map((groupId) => SecurityGroup.fromSecurityGroupId(scope, groupId, groupId)),
  };
}
