import { type Duration, RemovalPolicy } from "aws-cdk-lib";
import type { ISecurityGroup, IVpc, SubnetSelection } from "aws-cdk-lib/aws-ec2";
import { Effect, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Function as LambdaFunction, LoggingFormat, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type * as z from "zod/mini";
import { acknowledgeAnyResource, acknowledgeFolders } from "../acknowledge.ts";
import { handlerCode } from "../bundle-handlers.ts";

/** Where the functions that call Kubernetes run, for clusters whose API endpoint is private. It needs a way out to the AWS APIs (NAT or interface endpoints). */
export interface FunctionNetwork {
  readonly vpc: IVpc;
  /** @default the private subnets of the VPC */
  readonly subnets?: SubnetSelection;
  /** @default a security group of our own that lets everything out */
  readonly securityGroups?: ISecurityGroup[];
}

/** The same for every function of one pipeline. */
export interface FunctionDefaults {
  /** @default 3 months */
  readonly logRetention?: RetentionDays;
  /** What happens to the logs when the stack goes. @default RemovalPolicy.RETAIN */
  readonly logRemovalPolicy?: RemovalPolicy;
}

export interface PipelineFunctionProps<Environment extends Record<string, string>> extends FunctionDefaults {
  /** Folder under `functions/` that holds `handler.ts`: `steps/assess-incident`. */
  readonly folder: string;
  /** The schema that the handler reads its environment with: a variable that is missing here does not compile. */
  readonly environmentSchema: z.ZodMiniType<Environment>;
  readonly environment: NoInfer<Environment>;
  readonly timeout: Duration;
  readonly description: string;
  /** Everything the role may do besides its own logs and traces. */
  readonly permissions: readonly PolicyStatement[];
  /** Files beside the bundled handler, name to text. @default none */
  readonly extraFiles?: Readonly<Record<string, string>>;
  /** @default Lambda's own network */
  readonly network?: FunctionNetwork;
}

/** A Lambda function of the pipeline: Node 24 on arm64, SDK bundled, own role, own log group, JSON logs, traced. */
export class PipelineFunction<Environment extends Record<string, string>> extends Construct {
  readonly fn: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: PipelineFunctionProps<Environment>) {
    super(scope, id);
    const logGroup = new LogGroup(this, "Logs", {
      retention: props.logRetention ?? RetentionDays.THREE_MONTHS,
      removalPolicy: props.logRemovalPolicy ?? RemovalPolicy.RETAIN,
    });
    this.role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `Rollguard ${props.folder}`,
    });
    const { network } = props;
    this.fn = new LambdaFunction(this, "Function", {
      code: handlerCode(props.folder, props.extraFiles),
      handler: "index.handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      description: props.description,
      memorySize: 512,
      timeout: props.timeout,
      environment: { ...props.environment, NODE_OPTIONS: "--enable-source-maps" },
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      ...(network && { vpc: network.vpc, vpcSubnets: network.subnets, securityGroups: network.securityGroups }),
    });
    const statements = [
      new PolicyStatement({ actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [logGroup.logGroupArn] }),
      ...props.permissions,
      ...(network ? [networkInterfaces()] : []),
    ];
    for (const statement of statements) this.role.addToPolicy(statement);
    acknowledgeAnyResource(this.role, anyResourceReason(statements));
    acknowledgeFolders(
      this.role,
      statements.flatMap(({ resources }) => resources),
    );
  }
}

/** What Lambda does in our name to put a function into a VPC; AWS's managed policy for this also allows writing any log. */
function networkInterfaces(): PolicyStatement {
  return new PolicyStatement({
    effect: Effect.ALLOW,
    actions: [
      "ec2:CreateNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ],
    resources: ["*"],
  });
}

function anyResourceReason(statements: readonly PolicyStatement[]): string {
  const actions = statements.filter((statement) => statement.resources.includes("*")).flatMap((statement) => statement.actions);
  return `No narrower resource exists for ${["xray:PutTraceSegments", "xray:PutTelemetryRecords", ...actions].join(", ")}`;
}
