import { mkdirSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { renderReport } from "../cli/report/render-report.ts";
import { coloursOf } from "../cli/terminal/colours.ts";
import type { Transition } from "./alarm-clock/alarm-clock.ts";
import { type LocalTarget, startLocalTarget } from "./local-target.ts";
import { type DemoOptions, DemoOptionsError, HELP, readDemoOptions } from "./scenarios/demo-options.ts";
import { openPageInbox, type PageInbox } from "./scenarios/page-inbox.ts";
import { runScenario, type ScenarioRun } from "./scenarios/run-scenario.ts";
import { terminalTimeline } from "./scenarios/scenario-timeline.ts";
import { SUMMARY_LEGEND, summaryTable } from "./scenarios/summary.ts";

const REPORTS = fileURLToPath(new URL("../.rollguard/reports", import.meta.url));

/** Starts the local target, plays the scenarios, writes their reports; resolves with the exit code. */
async function demo(options: DemoOptions, signal: AbortSignal): Promise<number> {
  const colours = coloursOf(Boolean(process.stdout.isTTY) && !process.env.NO_COLOR);
  const startedAt = new Date();
  const services = options.scenarios.map((scenario) => scenario.service);
  const timeline = terminalTimeline({
    write: (text) => process.stdout.write(text),
    colours,
    columns: process.stdout.columns ?? 200,
    startedAt,
    serviceColumns: Math.max(...services.map((service) => service.length)),
  });
  const transitions: Transition[] = [];
  let changedAt: Date | null = null;
  const onTransition = (transition: Transition) => {
    transitions.push(transition);
    const { alarm, to, at, reason } = transition;
    if (changedAt) timeline.event(alarm.service, at, changedAt, to, `${alarm.trigger.name}: ${reason}`);
  };

  let target: LocalTarget | undefined;
  let inbox: PageInbox | undefined;
  try {
    timeline.heading("Setting up");
    target = await startLocalTarget({
      services,
      ...(options.kubeconfig && { kubeconfig: resolve(options.kubeconfig) }),
      say: timeline.say,
      onTransition,
      signal,
    });
    inbox = await openPageInbox(target.outputs.TopicArn);
    await target.observeReleases();
    await target.untilCalm(services);
    timeline.say("every alarm is OK");

    timeline.heading(options.scenarios.map(({ name, summary }) => `${name}: ${summary}`).join("\n"));
    changedAt = new Date();
    const running = { target, inbox, timeline, transitions, signal };
    const runs = await Promise.all(options.scenarios.map((scenario) => runScenario(scenario, running)));
    signal.throwIfAborted();

    timeline.heading("Result");
    timeline.line(summaryTable(runs, colours));
    timeline.line(colours.dim(SUMMARY_LEGEND));
    for (const run of runs) writeReport(run, timeline.line);
    timeline.line(colours.dim(`${((Date.now() - startedAt.getTime()) / 1000).toFixed(0)} s in all`));
    if (options.keep) await keepRunning(target, timeline.line, signal);
    return runs.every((run) => run.problems.length === 0) ? 0 : 1;
  } finally {
    await inbox?.stop();
    await target?.stop();
  }
}

function writeReport({ incident }: ScenarioRun, line: (text: string) => void): void {
  if (!incident) return;
  mkdirSync(REPORTS, { recursive: true });
  const file = `${REPORTS}/${incident.meta.id}.html`;
  writeFileSync(file, renderReport(incident));
  line(`report: ${relative(process.cwd(), file)}  (${pathToFileURL(file)})`);
}

async function keepRunning(target: LocalTarget, line: (text: string) => void, signal: AbortSignal): Promise<void> {
  const { emulator, cluster, outputs } = target;
  line(
    [
      "",
      "Everything keeps running until Ctrl-C. In another terminal:",
      `  export AWS_ENDPOINT_URL=${emulator.endpoint} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1`,
      "  npx rollguard incidents",
      `  EKS API:        ${cluster.eksUrl} (cluster ${cluster.clusterName})`,
      `  Kubernetes API: ${cluster.kubernetesUrl} (bearer token ${cluster.adminToken})`,
      `  table:          ${outputs.TableName}`,
      `  machine:        ${outputs.MachineArn}`,
    ].join("\n"),
  );
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

async function main(): Promise<number> {
  const stopping = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      // The second one does not wait for anything to be cleaned up.
      if (stopping.signal.aborted) process.exit(130);
      stopping.abort(new Error("stopped"));
      process.stderr.write("\nstopping ...\n");
    });
  }
  try {
    const options = readDemoOptions(process.argv.slice(2));
    if (options.help) {
      process.stdout.write(HELP);
      return 0;
    }
    return await demo(options, stopping.signal);
  } catch (error) {
    if (stopping.signal.aborted) return 130;
    process.stderr.write(error instanceof DemoOptionsError ? `${error.message}\n` : `\nthe demo failed: ${messageOf(error)}\n`);
    return error instanceof DemoOptionsError ? 2 : 1;
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}\n  because: ${error.cause.message}` : error.message;
}

process.exitCode = await main();
