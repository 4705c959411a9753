import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type IKey, Key, KeySpec, KeyUsage } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { type Blueprint, sealsSecrets } from "../../functions/domain/blueprint.ts";
import { acknowledgeBucketWithoutLog } from "../acknowledge.ts";

/** Folders of the archive. */
export const ARCHIVE_FOLDERS = ["snapshots", "secrets", "evidence"] as const;
export type ArchiveFolder = (typeof ARCHIVE_FOLDERS)[number];

/** Where full snapshots, sealed contents of Secrets and evidence are kept, and with which keys. */
export interface Archive {
  readonly bucket: IBucket;
  /** Encrypts the bucket, and seals templates in the table and contents of Secrets. */
  readonly keyArn: string;
  /** Digests contents of Secrets; null when no blueprint asks for that. */
  readonly macKeyArn: string | null;
}

export interface SnapshotBucketProps {
  /** What happens to bucket and keys when the stack goes. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
  /** Some blueprint has `restore.secrets: digests`, `copies` or `encrypted`: then a MAC key is made (it costs as much as any KMS key). @default false */
  readonly digestSecrets?: boolean;
}

/**
 * The archive: private, TLS only, encrypted with a key of our own that also seals templates, versioned. What was replaced goes after 30 days, evidence
 * after 90; a snapshot, which holds no values, and contents of Secrets, which are sealed before they get here, go with their release.
 */
export class SnapshotBucket extends Construct implements Archive {
  readonly bucket: Bucket;
  readonly key: IKey;
  readonly keyArn: string;
  readonly macKeyArn: string | null;

  constructor(scope: Construct, id: string, props: SnapshotBucketProps = {}) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    this.key = new Key(this, "Key", {
      description: "Rollguard: snapshots, evidence and templates",
      enableKeyRotation: true,
      removalPolicy,
    });
    this.keyArn = this.key.keyArn;
    this.macKeyArn =
      props.digestSecrets === true
        ? new Key(this, "MacKey", {
            description: "Rollguard: digests of Secrets",
            keySpec: KeySpec.HMAC_256,
            keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
            removalPolicy,
          }).keyArn
        : null;
    this.bucket = new Bucket(this, "Bucket", {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      removalPolicy,
      lifecycleRules: ARCHIVE_FOLDERS.map((folder) => ({
        id: folder,
        prefix: `${folder}/`,
        noncurrentVersionExpiration: Duration.days(30),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
        ...(folder === "evidence" ? { expiration: Duration.days(90) } : {}),
        // What is left of a removed object once its last version has gone.
        ...(folder === "evidence" ? {} : { expiredObjectDeleteMarker: true }),
      })),
    });
    acknowledgeBucketWithoutLog(this.bucket, "Only Rollguard's own functions write it, and CloudTrail shows every use of its key");
  }
}

/**
 * Writing one folder of the archive; reading it back too where a function adds to what is there; removing where it follows the ledger. A version cannot be
 * removed: what was put aside comes back by its version until the lifecycle ends it.
 */
export function archiveAccess({ bucket, keyArn }: Archive, folder: ArchiveFolder, reads = false, removes = false): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ["s3:PutObject", ...(reads ? ["s3:GetObject"] : []), ...(removes ? ["s3:DeleteObject"] : [])],
      resources: [bucket.arnForObjects(`${folder}/*`)],
    }),
    // Without it S3 answers 403 for a key that does not exist.
    ...(reads ? [new PolicyStatement({ actions: ["s3:ListBucket"], resources: [bucket.bucketArn] })] : []),
    new PolicyStatement({ actions: ["kms:GenerateDataKey", ...(reads ? ["kms:Decrypt"] : [])], resources: [keyArn] }),
  ];
}

/** Sealing templates, or opening them. */
export function templateAccess({ keyArn }: Archive, action: "seal" | "open"): PolicyStatement[] {
  return [new PolicyStatement({ actions: [action === "seal" ? "kms:GenerateDataKey" : "kms:Decrypt"], resources: [keyArn] })];
}

/** Keeping contents of Secrets sealed, or opening them again; nothing when no blueprint asks for that. */
export function sealedSecretAccess(archive: Archive, blueprints: readonly Blueprint[], who: "keeps" | "restores"): PolicyStatement[] {
  if (!sealsSecrets(blueprints)) return [];
  if (who === "keeps") return archiveAccess(archive, "secrets", true);
  const { bucket, keyArn } = archive;
  return [
    new PolicyStatement({ actions: ["s3:GetObject"], resources: [bucket.arnForObjects("secrets/*")] }),
    // Without it S3 answers 403 for a key that does not exist.
    new PolicyStatement({ actions: ["s3:ListBucket"], resources: [bucket.bucketArn] }),
    new PolicyStatement({ actions: ["kms:Decrypt"], resources: [keyArn] }),
  ];
}

/** Digesting contents of Secrets; nothing when no blueprint asks for that. */
export function secretDigests({ macKeyArn }: Archive): PolicyStatement[] {
  return macKeyArn === null ? [] : [new PolicyStatement({ actions: ["kms:GenerateMac"], resources: [macKeyArn] })];
}
