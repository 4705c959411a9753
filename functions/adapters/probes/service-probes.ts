import { MOST_PROBE_SECONDS } from "../../domain/blueprint-probe-checks.ts";
import type { ProbedCheck, ProbeReading } from "../../domain/probe.ts";
import { redactedTo } from "../../domain/redact.ts";
import type { ProbeContext, Probes } from "../../ports/probes.ts";
import type { ConnectToCluster } from "../kubernetes/eks-connections.ts";
import { databaseProbe } from "./database-probe.ts";
import { endpointsProbe } from "./endpoints-probe.ts";
import { httpProbe } from "./http-probe.ts";
import { logProbe } from "./log-probe.ts";

const REASON_LENGTH = 200;
/** A probe with a deadline of its own tells more than this one does. */
const GRACE_MILLISECONDS = 500;

/** Probes from where the function runs: its own network, and the cluster's API. */
export function serviceProbes(connect: ConnectToCluster, mostSeconds = MOST_PROBE_SECONDS): Probes {
  return {
    async run(check, context) {
      try {
        return await inTime(ask(connect, check, context), mostSeconds);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return { kind: "unreachable", reason: redactedTo(REASON_LENGTH, reason) };
      }
    },
  };
}

function ask(connect: ConnectToCluster, check: ProbedCheck, context: ProbeContext): Promise<ProbeReading> {
  switch (check.type) {
    case "http":
      return httpProbe(check);
    case "db_connection":
      return databaseProbe(check);
    case "endpoints_ready":
      return endpointsProbe(connect(context.target, context.execution), check, context);
    case "log_errors":
      return logProbe(connect(context.target, context.execution), check, context);
  }
}

function inTime(asked: Promise<ProbeReading>, seconds: number): Promise<ProbeReading> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ProbeReading>((resolve) => {
    const reading: ProbeReading = { kind: "unreachable", reason: `nobody answered within ${seconds} s` };
    timer = setTimeout(() => resolve(reading), seconds * 1000 + GRACE_MILLISECONDS);
  });
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
