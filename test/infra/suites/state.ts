import { Match } from "aws-cdk-lib/assertions";
import { expect, it } from "vitest";
import { resourcesOf } from "../read-template.ts";
import type { Synthesised } from "../synthesise.ts";

export function stateSuite(aws: Synthesised, local: Synthesised): void {
  it("keeps incidents in an on-demand table that is encrypted, can be restored to any second and is hard to delete", () => {
    aws.state.hasResource("AWS::DynamoDB::GlobalTable", {
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: {
        BillingMode: "PAY_PER_REQUEST",
        SSESpecification: { SSEEnabled: true, SSEType: "KMS" },
        Replicas: [
          Match.objectLike({ DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }),
        ],
      },
    });
  });

  it("gives the table the keys, indexes and stream that the adapters use", () => {
    const keyed = (name: string) => [
      { AttributeName: `${name}pk`, KeyType: "HASH" },
      { AttributeName: `${name}sk`, KeyType: "RANGE" },
    ];
    aws.state.hasResourceProperties("AWS::DynamoDB::GlobalTable", {
      KeySchema: keyed(""),
      GlobalSecondaryIndexes: ["gsi1", "gsi2", "due"].map((index) => ({
        IndexName: index,
        KeySchema: keyed(index),
        Projection: { ProjectionType: "ALL" },
      })),
      StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
    });
  });

  it("encrypts the page topic with a rotated key that CloudWatch alarms of this account may use, and refuses plain HTTP", () => {
    aws.state.hasResourceProperties("AWS::SNS::Topic", { KmsMasterKeyId: Match.anyValue() });
    const ofThisAccount = { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } };
    aws.state.hasResourceProperties("AWS::KMS::Key", {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Action: ["kms:Decrypt", "kms:GenerateDataKey"],
            Condition: Match.objectLike(ofThisAccount),
          }),
        ]),
      },
    });
    aws.state.hasResourceProperties("AWS::SNS::TopicPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
          Match.objectLike({
            Effect: "Allow",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Condition: Match.objectLike(ofThisAccount),
          }),
        ]),
      },
    });
  });

  it("keeps snapshots and evidence private, encrypted with a rotated key of our own, versioned and over TLS only", () => {
    aws.state.hasResource("AWS::S3::Bucket", {
      DeletionPolicy: "Retain",
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: Match.anyValue() } },
          ],
        },
        VersioningConfiguration: { Status: "Enabled" },
        LifecycleConfiguration: {
          Rules: ["snapshots/", "secrets/", "evidence/"].map((Prefix) =>
            Match.objectLike({
              ...{ Prefix, NoncurrentVersionExpiration: { NoncurrentDays: 30 }, Status: "Enabled" },
              ...(Prefix === "evidence/" ? {} : { ExpiredObjectDeleteMarker: true }),
            }),
          ),
        },
      },
    });
    aws.state.hasResourceProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } })]),
      },
    });
  });

  it("has a key for digests of Secrets only where a blueprint asks for them", () => {
    const macKeys = Object.values(resourcesOf(aws.state, "AWS::KMS::Key")).filter(({ Properties }) => Properties.KeySpec !== undefined);

    expect(macKeys).toEqual([]);
  });

  it("lets go of everything on the local target", () => {
    const policies = ["AWS::DynamoDB::GlobalTable", "AWS::KMS::Key", "AWS::S3::Bucket"].flatMap((type) =>
      Object.values(resourcesOf(local.state, type)),
    );

    expect(policies.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(["Delete", "Delete", "Delete", "Delete"]);
    local.state.hasResourceProperties("AWS::DynamoDB::GlobalTable", { Replicas: [Match.objectLike({ DeletionProtectionEnabled: false })] });
  });

  it("joins the stacks by parameters, not by exports", () => {
    const names = (synthesised: "state" | "pipeline") =>
      Object.values(resourcesOf(aws[synthesised], "AWS::SSM::Parameter")).map(({ Properties }) => Properties.Name);

    expect(names("state").sort()).toEqual([
      "/rollguard/archive-bucket",
      "/rollguard/archive-key-arn",
      "/rollguard/table-name",
      "/rollguard/table-stream-arn",
      "/rollguard/topic-arn",
      "/rollguard/topic-key-arn",
    ]);
    expect(names("pipeline").sort()).toEqual([
      "/rollguard/decide-function",
      "/rollguard/machine-arn",
      "/rollguard/observe-function",
      "/rollguard/start-function",
    ]);
    expect(JSON.stringify([aws.state.toJSON(), aws.pipeline.toJSON()])).not.toMatch(/Fn::ImportValue|Fn::GetStackOutput|"Export"/);
  });
}
