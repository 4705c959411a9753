import { Annotations, type RemovalPolicy } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { type Blueprint, digestsSecrets } from "../../functions/domain/blueprint.ts";
import { compileAlarms } from "../../functions/domain/blueprint-alarms.ts";
import { tunableAlarms } from "../../functions/domain/tuning/plan-tuning.ts";
import { clustersElsewhere, clustersHere } from "../permissions.ts";
import { AlarmTrigger } from "./alarm-trigger.ts";
import { Approvals } from "./approvals.ts";
import { EksAccess, type EksRoles } from "./eks-access.ts";
import { FindingTrigger } from "./finding-trigger.ts";
import { IncidentTable } from "./incident-table.ts";
import { LockRelease } from "./lock-release.ts";
import { Looks } from "./looks.ts";
import { Observer } from "./observer.ts";
import { Outbox } from "./outbox.ts";
import { type PageTarget, PageTopic } from "./page-topic.ts";
import { PipelineAlarms } from "./pipeline-alarms.ts";
import type { FunctionNetwork } from "./pipeline-function.ts";
import { RollbackMachine } from "./rollback-machine.ts";
import { RollbackSteps, STEP_NAMES, STEPS, type StepName } from "./rollback-steps.ts";
import { ServiceAlarms } from "./service-alarms.ts";
import { type Archive, SnapshotBucket } from "./snapshot-bucket.ts";
import { TunedAlarms } from "./tuned-alarms.ts";

/** Sources that only AWS can send from. */
export const AWS_EVENT_SOURCES = ["aws.cloudwatch"] as const;

export interface RollguardProps {
  /** The compiled blueprints: what is armed. */
  readonly blueprints: readonly Blueprint[];
  /** Where incidents, locks and observed releases are kept; needs the keys and the stream of `IncidentTable`. @default a new IncidentTable in this scope */
  readonly table?: ITableV2;
  /** Where snapshots and evidence are kept, and the keys that seal templates and digest Secrets. @default a new SnapshotBucket in this scope */
  readonly archive?: Archive;
  /** Where people are paged. @default a new encrypted topic in this scope; subscribe to it, nobody is by default */
  readonly page?: PageTarget;
  /** Names of the ECR repositories that releases may come from, for the look whether an image is still there. @default all of the account */
  readonly imageRepositories?: readonly string[];
  /** EventBridge sources whose alarm events start a rollback. Any principal that may put events of an added source can then start one. @default aws.cloudwatch, which only AWS can send */
  readonly eventSources?: readonly string[];
  /** Network of the functions that call Kubernetes, for private API endpoints. @default Lambda's own network, which reaches public endpoints only */
  readonly network?: FunctionNetwork;
  /** @default 3 months */
  readonly logRetention?: RetentionDays;
  /** What happens to the logs, and to a table made here, when the stack goes. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * True leaves out what emulators refuse or must not do by themselves: access entries and alarms on metric math (the alarm clock evaluates
   * those from the blueprint), and switches the schedules of `observe-releases`, `reconcile-alarms`, `sweep-due` and `tune-alarms` off. @default false
   */
  readonly emulated?: boolean;
}

/** The whole of Rollguard in one construct: table, topic, machine, functions, rules, alarms, access to the clusters. */
export class Rollguard extends Construct {
  readonly table: ITableV2;
  readonly archive: Archive;
  readonly page: PageTarget;
  readonly machine: StateMachine;
  readonly steps: RollbackSteps;
  readonly trigger: AlarmTrigger;
  readonly findings: FindingTrigger;
  readonly observer: Observer;
  /** Null where no blueprint has looks. */
  readonly looks: Looks | null;
  readonly approvals: Approvals;
  readonly lockRelease: LockRelease;
  readonly outbox: Outbox;
  /** Null where no trigger's threshold is tuned. */
  readonly tunedAlarms: TunedAlarms | null;
  /** Who has to be admitted to clusters. */
  access: EksRoles = { readers: {}, writers: {}, keepers: {} };
  /** Clusters of other accounts and regions, in words: their access entries are made by hand. */
  elsewhere: readonly string[] = [];

  constructor(scope: Construct, id: string, props: RollguardProps) {
    super(scope, id);
    const { blueprints, network, logRetention, removalPolicy } = props;
    const emulated = props.emulated ?? false;
    const logs = { logRetention, logRemovalPolicy: removalPolicy };
    const blueprintFiles = { "blueprints.json": JSON.stringify(blueprints) };
    const alarms = blueprints.flatMap((blueprint) => compileAlarms(blueprint));
    const notificationTopicArns = distinct(blueprints.flatMap(({ notificationTopicArn }) => notificationTopicArn ?? []));
    const recipientTopicArns = distinct(
      blueprints.flatMap(({ policy }) => Object.values(policy.escalation.topics).flatMap((arn) => arn ?? [])),
    );

    this.table = props.table ?? new IncidentTable(this, "Incidents", { removalPolicy }).table;
    this.archive = props.archive ?? new SnapshotBucket(this, "Archive", { removalPolicy, digestSecrets: digestsSecrets(blueprints) });
    this.page = props.page ?? new PageTopic(this, "Page", { removalPolicy });
    const { table, archive, page } = this;
    this.steps = new RollbackSteps(this, "Steps", {
      ...logs,
      table,
      archive,
      blueprints,
      blueprintFiles,
      imageRepositories: props.imageRepositories,
      network,
    });
    this.machine = new RollbackMachine(this, "Rollback", { ...logs, steps: this.steps, page }).machine;
    const { machine } = this;
    this.trigger = new AlarmTrigger(this, "AlarmTrigger", {
      ...logs,
      machine,
      table,
      blueprintFiles,
      eventSources: props.eventSources ?? AWS_EVENT_SOURCES,
      existingAlarmNames: distinct(alarms.filter(({ existing }) => existing).map(({ alarmName }) => alarmName)),
    });
    this.findings = new FindingTrigger(this, "FindingTrigger", {
      blueprints,
      eventSources: props.eventSources ?? AWS_EVENT_SOURCES,
      alarms: this.trigger,
    });
    const judging = { ...logs, machine, table, blueprintFiles };
    this.looks = blueprints.some(({ looks }) => looks !== undefined) ? new Looks(this, "Looks", judging) : null;
    this.observer = new Observer(this, "Observer", {
      ...logs,
      machine,
      table,
      archive,
      blueprints,
      blueprintFiles,
      looks: this.looks?.target ?? null,
      network,
      scheduled: !emulated,
    });
    this.approvals = new Approvals(this, "Approvals", { ...logs, machine, table, archive, scheduled: !emulated });
    this.lockRelease = new LockRelease(this, "LockRelease", { ...logs, machine, table, page, notificationTopicArns, blueprintFiles });
    this.outbox = new Outbox(this, "Outbox", {
      ...logs,
      table,
      page,
      notificationTopicArns: distinct([...notificationTopicArns, ...recipientTopicArns]),
    });

    new ServiceAlarms(this, "ServiceAlarms", { alarms, metricMath: !emulated });
    const tunable = tunableAlarms(alarms);
    const tuning = { ...logs, table, blueprintFiles, alarms: tunable, metricMath: !emulated, scheduled: !emulated };
    this.tunedAlarms = tunable.length === 0 ? null : new TunedAlarms(this, "TunedAlarms", tuning);
    if (!emulated) this.admitToClusters(blueprints);
    this.watchPipeline();
  }

  private admitToClusters(blueprints: readonly Blueprint[]): void {
    const roles = (kind: "read" | "write") =>
      Object.fromEntries(STEP_NAMES.filter((name) => kubernetesOf(name) === kind).map((name) => [name, this.steps.functions[name].role]));
    this.access = {
      readers: { ...roles("read"), ObserveReleases: this.observer.observeReleases.role },
      writers: roles("write"),
      keepers: { KeepConfig: this.observer.keepConfig.role },
    };
    new EksAccess(this, "EksAccess", { clusters: clustersHere(this, blueprints), ...this.access });
    this.elsewhere = clustersElsewhere(this, blueprints);
    if (this.elsewhere.length > 0) {
      Annotations.of(this).addInfo(
        `access entries are made only in the stack's own account and region; make them yourself for ${this.elsewhere.join(", ")} (see docs/guide.md)`,
      );
    }
  }

  private watchPipeline(): void {
    new PipelineAlarms(this, "PipelineAlarms", {
      topic: this.page.topic,
      machine: this.machine,
      functions: {
        StartRollback: this.trigger.starter.fn,
        ObserveReleases: this.observer.observeReleases.fn,
        KeepConfig: this.observer.keepConfig.fn,
        ReconcileAlarms: this.observer.reconcileAlarms.fn,
        DecideApproval: this.approvals.decideApproval.fn,
        SweepDue: this.approvals.sweepDue.fn,
        ReleaseLock: this.lockRelease.releaser.fn,
        DeliverNotifications: this.outbox.deliverer.fn,
        ...(this.looks === null ? {} : { JudgeRelease: this.looks.judgeRelease.fn }),
        ...(this.tunedAlarms === null ? {} : { TuneAlarms: this.tunedAlarms.tuneAlarms.fn }),
      },
      queues: {
        AlarmsUndelivered: this.trigger.undelivered,
        AlarmsFailed: this.trigger.failed,
        LocksFailed: this.lockRelease.failed,
        MessagesParked: this.outbox.parking,
        MessagesFailed: this.outbox.failed,
      },
      streamReader: this.outbox.deliverer.fn,
    });
  }
}

function kubernetesOf(name: StepName): "read" | "write" | null {
  const needs = STEPS[name];
  return "kubernetes" in needs ? needs.kubernetes : null;
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
