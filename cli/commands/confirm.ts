import { badInput } from "../command-error.ts";
import type { CommandContext } from "../context.ts";

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

/**
 * Asks for a yes; in spite of a risk for the service's name, which nobody types by habit. Answers with whether the risk was accepted. Throws CommandError
 * (exit code 2) when nobody can be asked or the answer is another one: then nothing was done.
 */
export async function confirm({ console, ports }: CommandContext, wanted: Confirmation): Promise<boolean> {
  const { what, question, risk = null, acceptRisk = false, word = "" } = wanted;
  const yes = wanted.yes === true || ports.environment.ROLLBACK_CONFIRM === "yes";
  if (risk !== null) {
    if (yes && acceptRisk) return true;
    if (yes) throw badInput(`${sentence(risk)} Whoever wants it all the same adds --accept-risk.`);
    if (console.ask === null) throw badInput(`${sentence(risk)} Nobody can be asked here: add --yes and --accept-risk.`);
    const typed = await console.ask(`${question} ${sentence(risk)} Type ${word} to go there all the same: `);
    if (typed.trim() !== word) throw badInput("Not confirmed: nothing was started.");
    return true;
  }
  if (yes) return acceptRisk;
  if (console.ask === null) throw badInput(`A ${what} needs a yes, and nobody can be asked here. Add --yes or set ROLLBACK_CONFIRM=yes.`);
  const answer = await console.ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw badInput("Not confirmed: nothing was started.");
  return acceptRisk;
}

function sentence(risk: string): string {
  return `${risk.replace(/\.$/, "")}.`;
}
