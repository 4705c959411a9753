import { metricsOf } from "../namespaces.ts";
import type { SignalFinding, SignalLint } from "./signal-lint.ts";

/** What databases and queues publish otherwise than services do. Each finding names the page it is from. */
export const storeLint: SignalLint = ({ source }) => {
  const findings: SignalFinding[] = [];
  for (const { namespace, name } of metricsOf(source)) {
    if (namespace === "AWS/RDS") findings.push(...databaseFindings(name, source.kind === "capacity"));
    // "Monitoring Amazon SQS queues using CloudWatch" and "Available CloudWatch metrics for Amazon SQS".
    if (namespace === "AWS/SQS")
      findings.push({
        message: "SQS counts approximately, once a minute, nothing after six idle hours and up to 15 minutes late when the queue wakes up",
        fix: "leave room above the limit, and let more than one period breach",
      });
    // "Configuring how CloudWatch alarms treat missing data".
    if (namespace === "AWS/DynamoDB")
      findings.push({
        message: "alarms on AWS/DynamoDB metrics ignore missing data by default, and older rules of CloudWatch let nothing override it",
        fix: "read the alarm's treatment back after the first deploy: where it ignores, an alarm stays as it is until there is a point",
      });
  }
  return findings;
};

/** "Amazon CloudWatch metrics for Amazon RDS": only absolute numbers; "Managing capacity automatically with storage autoscaling". */
function databaseFindings(name: string, shared: boolean): readonly SignalFinding[] {
  if (!/^(FreeStorageSpace|DatabaseConnections)$/.test(name)) return [];
  if (!shared)
    return [
      {
        message: `${name} of RDS is an absolute number: a limit in % never fits it`,
        fix: `add capacity to the signal, or spec.metrics.rds.${name === "FreeStorageSpace" ? "storage" : "max_connections"}`,
      },
    ];
  const grows =
    name === "FreeStorageSpace"
      ? "storage autoscaling changes what there is at most"
      : "max_connections changes with the instance class and the parameter group";
  return [
    {
      message: `the capacity for ${name} is what the blueprint says: ${grows}`,
      fix: "change the blueprint whenever the database is changed",
    },
  ];
}
