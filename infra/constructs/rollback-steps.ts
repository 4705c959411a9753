import { Duration } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { Construct } from "constructs";
import type * as z from "zod/mini";
import type { Blueprint } from "../../functions/domain/blueprint.ts";
import { AssessIncidentEnvironmentSchema } from "../../functions/steps/assess-incident/environment.ts";
import { DiagnoseCauseEnvironmentSchema } from "../../functions/steps/diagnose-cause/environment.ts";
import { ExecuteStepEnvironmentSchema } from "../../functions/steps/execute-step/environment.ts";
import { OpenIncidentEnvironmentSchema } from "../../functions/steps/open-incident/environment.ts";
import { RecordIncidentEnvironmentSchema } from "../../functions/steps/record-incident/environment.ts";
import { RequestApprovalEnvironmentSchema } from "../../functions/steps/request-approval/environment.ts";
import { SelectStrategyEnvironmentSchema } from "../../functions/steps/select-strategy/environment.ts";
import { VerifyStepEnvironmentSchema } from "../../functions/steps/verify-step/environment.ts";
import { clusterAccess, hookAccess, imageAccess, imageFindingAccess, readMetrics, type TableAction, tableAccess } from "../permissions.ts";
import { type FunctionDefaults, type FunctionNetwork, PipelineFunction } from "./pipeline-function.ts";
import { type Archive, archiveAccess, sealedSecretAccess, secretDigests, templateAccess } from "./snapshot-bucket.ts";

/** Everything that a step's function may be told. */
interface StepEnvironment {
  readonly TABLE_NAME: string;
  readonly ARCHIVE_BUCKET: string;
  readonly TEMPLATE_KEY_ARN: string;
  /** Empty when no blueprint asks for digests of Secrets. */
  readonly MAC_KEY_ARN: string;
}

/** One Task state of the machine: what its function needs, and nothing else. */
interface StepNeeds {
  readonly folder: string;
  /** Which of `StepEnvironment` its handler reads: exactly those are set. */
  readonly environmentSchema: z.ZodMiniObject<{ readonly [Name in keyof StepEnvironment]?: z.ZodMiniType }>;
  /** Under the Task's own TimeoutSeconds (60), else a late function could write after the lock is free. */
  readonly timeoutSeconds: number;
  readonly table: readonly TableAction[];
  readonly metrics?: readonly ("GetMetricData" | "DescribeAlarms")[];
  /** What its role may do in the cluster, as a member of `rollguard:read` or also of `rollguard:write`. */
  readonly kubernetes?: "read" | "write";
  readonly blueprints?: boolean;
  /** Asks ECR whether an image is there. */
  readonly images?: boolean;
  /** Asks Inspector what other images have, where a blueprint lists its findings. */
  readonly imageFindings?: boolean;
  /** Keeps evidence in the archive; `adds`: to what is there. */
  readonly evidence?: "writes" | "adds";
  /** Opens templates that were kept with releases. */
  readonly templates?: boolean;
  /** Seals the token of a state that waits. */
  readonly tokens?: boolean;
  /** Tells contents of Secrets apart. */
  readonly digests?: boolean;
  /** Opens contents of Secrets that are kept in the archive. */
  readonly sealedSecrets?: boolean;
  /** Calls the teams' own functions. */
  readonly hooks?: boolean;
}

const BOTH = ["GetMetricData", "DescribeAlarms"] as const;

/** Task state to needs. A test compares the keys with the Task states of `rollback.asl.json` and the actions with what each role got. */
export const STEPS = {
  OpenIncident: {
    folder: "steps/open-incident",
    environmentSchema: OpenIncidentEnvironmentSchema,
    timeoutSeconds: 20,
    table: ["GetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"],
    blueprints: true,
  },
  AssessIncident: {
    folder: "steps/assess-incident",
    environmentSchema: AssessIncidentEnvironmentSchema,
    timeoutSeconds: 30,
    table: ["Query", "PutItem"],
    metrics: BOTH,
    kubernetes: "read",
    evidence: "writes",
    digests: true,
  },
  SelectStrategy: {
    folder: "steps/select-strategy",
    environmentSchema: SelectStrategyEnvironmentSchema,
    timeoutSeconds: 20,
    table: ["GetItem", "Query", "UpdateItem"],
    kubernetes: "read",
    images: true,
    imageFindings: true,
  },
  RequestApproval: {
    folder: "steps/request-approval",
    environmentSchema: RequestApprovalEnvironmentSchema,
    timeoutSeconds: 20,
    table: ["PutItem", "Query", "UpdateItem"],
    tokens: true,
  },
  ExecuteStep: {
    folder: "steps/execute-step",
    environmentSchema: ExecuteStepEnvironmentSchema,
    // a hook is waited for
    timeoutSeconds: 55,
    table: ["GetItem", "PutItem", "UpdateItem"],
    kubernetes: "write",
    templates: true,
    digests: true,
    sealedSecrets: true,
    hooks: true,
  },
  VerifyStep: {
    folder: "steps/verify-step",
    environmentSchema: VerifyStepEnvironmentSchema,
    timeoutSeconds: 30,
    table: ["PutItem", "UpdateItem"],
    metrics: BOTH,
    kubernetes: "read",
    digests: true,
  },
  DiagnoseCause: {
    folder: "steps/diagnose-cause",
    environmentSchema: DiagnoseCauseEnvironmentSchema,
    timeoutSeconds: 20,
    table: ["PutItem"],
    metrics: ["GetMetricData"],
    kubernetes: "read",
    evidence: "adds",
  },
  RecordIncident: {
    folder: "steps/record-incident",
    environmentSchema: RecordIncidentEnvironmentSchema,
    timeoutSeconds: 20,
    table: ["PutItem", "Query", "UpdateItem", "ConditionCheckItem", "DeleteItem"],
  },
} as const satisfies Record<string, StepNeeds>;

export type StepName = keyof typeof STEPS;
export const STEP_NAMES = Object.keys(STEPS) as StepName[];

export interface RollbackStepsProps extends FunctionDefaults {
  readonly table: ITableV2;
  readonly archive: Archive;
  readonly blueprints: readonly Blueprint[];
  /** `blueprints.json`, for the steps that look blueprints up. */
  readonly blueprintFiles: Readonly<Record<string, string>>;
  /** Names of the ECR repositories that releases may come from. @default all of the account */
  readonly imageRepositories?: readonly string[];
  /** For the steps that call Kubernetes. @default Lambda's own network */
  readonly network?: FunctionNetwork;
}

/** The functions behind the eight Task states. */
export class RollbackSteps extends Construct {
  readonly functions: Readonly<Record<StepName, PipelineFunction<Partial<StepEnvironment>>>>;

  constructor(scope: Construct, id: string, props: RollbackStepsProps) {
    super(scope, id);
    const { table, archive, blueprints, blueprintFiles, imageRepositories, network, logRetention, logRemovalPolicy } = props;
    const all: StepEnvironment = {
      TABLE_NAME: table.tableName,
      ARCHIVE_BUCKET: archive.bucket.bucketName,
      TEMPLATE_KEY_ARN: archive.keyArn,
      MAC_KEY_ARN: archive.macKeyArn ?? "",
    };
    const make = (name: StepName) => {
      const needs: StepNeeds = STEPS[name];
      return new PipelineFunction(this, name, {
        folder: needs.folder,
        description: `Rollguard: the state ${name}`,
        environmentSchema: needs.environmentSchema as z.ZodMiniType<Record<string, string>>,
        environment: readBy(needs, all),
        timeout: Duration.seconds(needs.timeoutSeconds),
        permissions: [
          ...tableAccess(table, needs.table),
          ...(needs.metrics ? [readMetrics(needs.metrics)] : []),
          ...(needs.kubernetes ? clusterAccess(this, blueprints) : []),
          ...(needs.images ? [imageAccess(this, blueprints, imageRepositories)] : []),
          ...(needs.imageFindings ? imageFindingAccess(blueprints) : []),
          ...(needs.evidence ? archiveAccess(archive, "evidence", needs.evidence === "adds") : []),
          ...(needs.templates ? templateAccess(archive, "open") : []),
          ...(needs.tokens ? templateAccess(archive, "seal") : []),
          ...(needs.digests ? secretDigests(archive) : []),
          ...(needs.sealedSecrets ? sealedSecretAccess(archive, blueprints, "restores") : []),
          ...(needs.hooks ? hookAccess(blueprints) : []),
        ],
        extraFiles: needs.blueprints ? blueprintFiles : undefined,
        network: needs.kubernetes ? network : undefined,
        logRetention,
        logRemovalPolicy,
      });
    };
    this.functions = Object.fromEntries(STEP_NAMES.map((name) => [name, make(name)])) as typeof this.functions;
  }
}

/** The variables that a step's handler reads, and no others. */
function readBy({ environmentSchema }: StepNeeds, all: StepEnvironment): Record<string, string> {
  const names = Object.keys(environmentSchema.shape) as (keyof StepEnvironment)[];
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}
