export interface Repeating {
  /** Resolves when the work under way is done and no more will follow. */
  stop(): Promise<void>;
}

/** Does `work` again and again, `everySeconds` after the last time was finished. What goes wrong is reported, and it goes on. */
export function repeat(everySeconds: number, work: () => Promise<void>, onError: (error: unknown) => void): Repeating {
  let stopped = false;
  let wake: () => void = () => undefined;
  const loop = async () => {
    while (!stopped) {
      await work().catch((error: unknown) => {
        if (!stopped) onError(error);
      });
      if (stopped) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everySeconds * 1000);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopped = true;
      wake();
      await running;
    },
  };
}
