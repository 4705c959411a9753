import { badInput } from "../command-error.ts";
import type { CommandContext } from "../context.ts";
import { plainText } from "../terminal/colours.ts";

/** A question before something is done. */
export interface Confirmation {
  /** Answered already: `--yes`. ROLLBACK_CONFIRM=yes does the same. */
  readonly yes?: boolean;
  /** `rollback`, `undo`: what needs the yes. */
  readonly what: string;
  readonly question: string;
  /** What speaks against it; then a plain yes is not enough. @default null */
  readonly risk?: string | null;
  /** `--accept-risk`: for those who cannot type the word. */
  readonly acceptRisk?: boolean;
  /** What a person types who goes there in spite of the risk: the service's name. */
  readonly word?: string;
}

/** How to ask a person; null when the answer was given already. Throws CommandError when neither is so: asked first, it saves all reading. */
export function whoToAsk(
  { console, ports }: Pick<CommandContext, "console" | "ports">,
  { yes, what }: Pick<Confirmation, "yes" | "what">,
): CommandContext["console"]["ask"] {
  if (yes === true || ports.environment.ROLLBACK_CONFIRM === "yes") return null;
  if (console.ask !== null) return console.ask;
  throw badInput(`A ${what} needs a yes, and nobody can be asked here. Add --yes or set ROLLBACK_CONFIRM=yes.`);
}

/**
 * Asks for a yes; in spite of a risk for the service's name, which nobody types by habit. Answers with whether the risk was accepted. Throws CommandError
 * (exit code 2) when nobody can be asked or the answer is another one: then nothing was done.
 */
export async function confirm({ console, ports }: CommandContext, wanted: Confirmation): Promise<boolean> {
  const { question, risk = null, acceptRisk = false, word = "" } = wanted;
  const ask = whoToAsk({ console, ports }, wanted);
  if (risk !== null) {
    if (ask === null && acceptRisk) return true;
    if (ask === null) throw badInput(`${sentence(risk)} Whoever wants it all the same adds --accept-risk.`);
    const typed = await ask(`${question} ${sentence(risk)} Type ${word} to go there all the same: `);
    if (typed.trim() !== word) throw badInput("Not confirmed: nothing was started.");
    return true;
  }
  if (ask === null) return acceptRisk;
  const answer = await ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw badInput("Not confirmed: nothing was started.");
  return acceptRisk;
}

function sentence(risk: string): string {
  // it may quote what somebody has written onto an object of the cluster
  return `${plainText(risk).replace(/\.$/, "")}.`;
}
