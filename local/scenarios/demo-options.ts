import { parseArgs } from "node:util";
import { closestWord } from "../../functions/domain/closest-word.ts";
import { SCENARIOS } from "./index.ts";
import type { Scenario } from "./scenario.ts";

export interface DemoOptions {
  readonly scenarios: readonly Scenario[];
  /** Leave everything running afterwards. */
  readonly keep: boolean;
  readonly kubeconfig: string | null;
  readonly help: boolean;
}

/** The command line is wrong; the message says how to fix it. */
export class DemoOptionsError extends Error {
  override readonly name = "DemoOptionsError";
}

const FLAGS = {
  scenario: { type: "string" },
  keep: { type: "boolean" },
  kubeconfig: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** Reads the arguments after `npm run demo --`. Throws DemoOptionsError on anything unknown. */
export function readDemoOptions(args: readonly string[]): DemoOptions {
  const given = parse(args);
  return {
    scenarios: scenariosOf(given.scenario ?? SCENARIOS[0]?.name ?? ""),
    keep: given.keep ?? false,
    kubeconfig: given.kubeconfig ?? null,
    help: given.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true }).values;
  } catch (error) {
    const unknown = /'(-[^']*)'/.exec((error as Error).message)?.[1];
    const meant = unknown ? closestWord(unknown.replace(/^-+/, ""), Object.keys(FLAGS)) : null;
    throw new DemoOptionsError(
      `${(error as Error).message.split(". ")[0]}${meant ? `; did you mean --${meant}?` : "."} See npm run demo -- --help`,
    );
  }
}

function scenariosOf(name: string): readonly Scenario[] {
  if (name === "all") return SCENARIOS;
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found) return [found];
  const names = [...SCENARIOS.map((scenario) => scenario.name), "all"];
  const meant = closestWord(name, names);
  throw new DemoOptionsError(
    `--scenario: there is no "${name}"${meant ? `; did you mean ${meant}?` : "."} Scenarios are ${names.join(", ")}`,
  );
}

export const HELP = `Rollguard's demo: deploys the pipeline to an emulator on this machine, breaks a service and watches it being rolled back.

  npm run demo                                 ${SCENARIOS[0]?.name}
  npm run demo -- --scenario NAME|all
  npm run demo -- --kubeconfig FILE            on that Kubernetes API instead of the simulator
  npm run demo -- --keep                       leave everything running, print the endpoints

Scenarios:
${SCENARIOS.map(({ name, summary }) => `  ${name.padEnd(20)} ${summary}`).join("\n")}
  ${"all".padEnd(20)} all of them side by side

Exit code 0 only if every scenario ended as it must. Variables: AWS_ENDPOINT_URL (an emulator that runs already, on this
machine), ROLLGUARD_EMULATOR_PORT, ROLLGUARD_EKS_PORT, ROLLGUARD_KUBERNETES_PORT, ROLLGUARD_PYTHON.
`;
