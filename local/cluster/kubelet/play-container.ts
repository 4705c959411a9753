import type { Container, ContainerState } from "../objects.ts";
import { type ContainerEnd, neededAccess, OUT_OF_MEMORY, type Surroundings, unmetNeed } from "./app-needs.ts";
import { environmentOf } from "./container-environment.ts";
import { behaviourOfImage, LOG_ANNOTATION, READY_DELAY_ANNOTATION, secondsOf } from "./pod-behaviour.ts";
import type { PodDisplay } from "./pod-display.ts";

/** Files of the pod's volumes by volume name. */
export type MountedFiles = Surroundings["files"];

interface Run {
  readonly display: PodDisplay;
  readonly container: Container;
  readonly surroundings: Surroundings;
  readonly restartCount: number;
  readonly lastState: ContainerState;
}

/** Plays a container until it has ended for good (its exit code) or the pod is deleted (undefined). `files` is asked at every start. */
export async function playContainer(
  display: PodDisplay,
  container: Container,
  { files, isInit = false }: { files: () => Promise<MountedFiles>; isInit?: boolean },
): Promise<number | undefined> {
  if (behaviourOfImage(container.image) === "pull") return pullLoop(display, container);
  let lastState: ContainerState = {};
  for (let restartCount = 0; !display.isOver; restartCount += 1) {
    const variables = await untilConfigured(display, container, { lastState, restartCount });
    const surroundings = { variables, files: await files() };
    display.pulled(container);
    display.starts(container);
    await display.reportStart(container, isInit);
    const startedAt = display.now();
    const end = await run({ display, container, surroundings, restartCount, lastState }, { startedAt, isInit });
    if (!end || display.isOver) return undefined;
    if (end.log) display.log(container, end.log);
    const { log: _log, ...outcome } = end;
    const terminated = { ...outcome, startedAt, finishedAt: display.now() };
    const isFinal = endsForGood(display, end, isInit);
    await display.show(container, { state: { terminated }, lastState, ready: isInit && end.exitCode === 0, restartCount });
    if (isFinal) return end.exitCode;
    lastState = { terminated };
    if (restartCount > 0) await crashLoopBackOff(display, container, { lastState, restartCount }); // the first restart is immediate
  }
  return undefined;
}

function endsForGood({ pod }: PodDisplay, { exitCode }: ContainerEnd, isInit: boolean): boolean {
  const restartPolicy = pod.spec.restartPolicy ?? "Always";
  if (restartPolicy === "Never") return true;
  return exitCode === 0 && (isInit || restartPolicy === "OnFailure");
}

/** How this run ends; undefined when only the pod's deletion ends it. */
async function run(
  { display, container, surroundings, restartCount, lastState }: Run,
  { startedAt, isInit }: { startedAt: string; isInit: boolean },
): Promise<ContainerEnd | undefined> {
  const { timings } = display.stage;
  const running = (ready: boolean): Promise<void> =>
    display.show(container, { state: { running: { startedAt } }, lastState, ready, restartCount });
  await running(false);
  const unmet = unmetNeed(display.pod, container, surroundings);
  const behaviour = behaviourOfImage(container.image);
  const crashes = unmet ?? withOwnWords(CRASHES[behaviour], display);
  if (crashes) {
    await display.wait(timings.crashAfterSeconds);
    return crashes;
  }
  if (behaviour === "exit0" || (isInit && behaviour === "healthy")) {
    await display.wait(timings.crashAfterSeconds);
    return { exitCode: 0, reason: "Completed" };
  }
  if (behaviour === "liveness") return killedByProbe(display, container);
  display.log(container, display.pod.metadata.annotations?.[LOG_ANNOTATION] ?? "listening on port 8080");
  if (behaviour === "noready") return neverReady(display);
  await display.wait(secondsOf(display.pod, READY_DELAY_ANNOTATION, timings.readyDelaySeconds));
  await untilAllowed(display, container);
  await running(true);
  return undefined;
}

const CRASHES: Readonly<Record<string, ContainerEnd | undefined>> = {
  crash: { exitCode: 1, reason: "Error", message: "the process ended by itself", log: "fatal: the process ended by itself, exit code 1" },
  exit1: { exitCode: 1, reason: "Error", log: "failed, exit code 1" },
  oom: OUT_OF_MEMORY,
};

/** The app may have something to say of its own before it ends. */
function withOwnWords(crash: ContainerEnd | undefined, { pod }: PodDisplay): ContainerEnd | undefined {
  const log = pod.metadata.annotations?.[LOG_ANNOTATION];
  return crash === undefined || log === undefined ? crash : { ...crash, log };
}

async function neverReady(display: PodDisplay): Promise<undefined> {
  await display.wait(1);
  await display.report("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503");
}

async function killedByProbe(display: PodDisplay, container: Container): Promise<ContainerEnd> {
  display.log(container, "listening on port 8080");
  await display.wait(display.stage.timings.crashAfterSeconds);
  await display.report("Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500");
  await display.report("Killing", `Container ${container.name} failed liveness probe, will be restarted`);
  return { exitCode: 137, reason: "Error" };
}

/** An app that needs the Kubernetes API is not ready while its ServiceAccount may not use it, and says so in its log. */
async function untilAllowed(display: PodDisplay, container: Container): Promise<void> {
  if (container.name !== display.pod.spec.containers[0]?.name) return;
  const { namespace = "" } = display.pod.metadata;
  const user = `system:serviceaccount:${namespace}:${display.pod.spec.serviceAccountName ?? "default"}`;
  for (const access of neededAccess(display.pod)) {
    const { verb, group, resource } = access;
    const subject = group === "" ? resource : `${resource}.${group}`;
    const where = `resource "${resource}" in API group "${group}" in the namespace "${namespace}"`;
    while (!display.isOver && !(await display.stage.api.isAllowed(user, namespace, access))) {
      display.log(container, `${subject} is forbidden: User "${user}" cannot ${verb} ${where}`);
      await display.backOff(0);
    }
  }
}

async function untilConfigured(
  display: PodDisplay,
  container: Container,
  { lastState, restartCount }: { lastState: ContainerState; restartCount: number },
): Promise<Readonly<Record<string, string>>> {
  const { namespace = "" } = display.pod.metadata;
  for (let attempt = 0; !display.isOver; attempt += 1) {
    const environment = await environmentOf(namespace, container, display.stage.config);
    if ("variables" in environment) return environment.variables;
    const waiting = { reason: "CreateContainerConfigError", message: environment.problem };
    await display.show(container, { state: { waiting }, lastState, ready: false, restartCount });
    if (attempt === 0) await display.report("Failed", `Error: ${environment.problem}`);
    await display.backOff(0);
  }
  return {};
}

async function crashLoopBackOff(
  display: PodDisplay,
  container: Container,
  { lastState, restartCount }: { lastState: ContainerState; restartCount: number },
): Promise<void> {
  if (restartCount === 1) await display.report("BackOff", "Back-off restarting failed container");
  const waiting = { reason: "CrashLoopBackOff", message: "back-off restarting failed container" };
  await display.show(container, { state: { waiting }, lastState, ready: false, restartCount });
  await display.backOff(restartCount - 1);
}

async function pullLoop(display: PodDisplay, container: Container): Promise<undefined> {
  const { image } = container;
  for (let attempt = 0; !display.isOver; attempt += 1) {
    const message = `failed to pull image "${image}": ${image}: not found`;
    await display.show(container, { state: { waiting: { reason: "ErrImagePull", message } }, ready: false });
    if (attempt === 0) await display.report("Failed", message);
    await display.wait(display.stage.timings.crashAfterSeconds);
    const waiting = { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}"` };
    await display.show(container, { state: { waiting }, ready: false });
    await display.backOff(attempt);
  }
}
