import { request } from "node:http";

/** Takes every Choice the way of a rollback. */
export const ANSWER = { outcome: "opened", decision: "roll-back", governance: { verdict: "allowed" } };

/**
 * Does nothing but what the emulator charges less for when it is done: one line of log.
 * The one in the place of the writing state then tells the bench when it had run; that is after the floor's end.
 */
export const handler = async ({ sample }: { readonly sample: string }): Promise<typeof ANSWER> => {
  console.log(JSON.stringify({ level: "INFO", message: "step completed", sample }));
  const { STAMP_URL } = process.env;
  if (STAMP_URL) await tell(STAMP_URL, { sample, ranAt: Date.now() });
  return ANSWER;
};

function tell(url: string, stamp: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: "POST" }, (answer) => answer.resume().on("end", resolve));
    outgoing.on("error", reject).end(JSON.stringify(stamp));
  });
}
