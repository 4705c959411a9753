import type { Pod } from "../objects.ts";
import { type MountedFiles, playContainer } from "./play-container.ts";
import { PodDisplay, type Stage } from "./pod-display.ts";
import { unmetGates } from "./pod-status.ts";
import { mountVolumes } from "./pod-volumes.ts";

/** Plays the life of one pod that is bound to a node, until the signal says that it is being deleted. */
export async function playPod(pod: Pod, stage: Stage): Promise<void> {
  const display = new PodDisplay(pod, stage);
  let files = await untilMounted(display);
  // a mounted ConfigMap follows its object; one that has gone leaves the files as they were
  const currentFiles = async (): Promise<MountedFiles> => {
    const mounted = await mountVolumes(pod, stage.config);
    if ("files" in mounted) files = mounted.files;
    return files;
  };
  for (const container of pod.spec.initContainers ?? []) {
    const exitCode = await playContainer(display, container, { files: currentFiles, isInit: true });
    if (exitCode !== 0) return;
  }
  const lives = pod.spec.containers.map((container) => playContainer(display, container, { files: currentFiles }));
  await Promise.all([...lives, watchGates(display)]);
}

async function untilMounted(display: PodDisplay): Promise<MountedFiles> {
  for (let attempt = 0; !display.isOver; attempt += 1) {
    const mounted = await mountVolumes(display.pod, display.stage.config);
    if ("files" in mounted) return mounted.files;
    if (attempt === 0) {
      await display.refresh();
      await display.report("FailedMount", mounted.problem);
    }
    await display.backOff(0);
  }
  return new Map();
}

/** Readiness gates are somebody else's conditions: the pod is ready once they hold. */
async function watchGates(display: PodDisplay): Promise<void> {
  if (!display.pod.spec.readinessGates) return;
  let before = "";
  while (!display.isOver) {
    const unmet = unmetGates(display.stage.latest()).join();
    if (unmet !== before) await display.refresh();
    before = unmet;
    await display.wait(display.stage.timings.crashAfterSeconds);
  }
}
