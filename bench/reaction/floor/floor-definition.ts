/** A state of the ASL, as far as the floor looks at it; everything else is carried along. */
export interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Catch?: unknown;
}

export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** The state that writes to the cluster: with it the floor ends. */
export const WRITING_STATE = "ExecuteStep";
const ELSEWHERE = "Elsewhere";

/**
 * The real machine from its start to the writing state, Tasks and Choices as they are. Whatever else a Choice may lead to ends the execution
 * as failed: a floor that took another way is no sample.
 */
export function floorDefinition(definition: Definition): Definition {
  const path = pathToWrite(definition);
  const kept = path.map((name) => {
    const state = definition.States[name] as State;
    return [name, floorState(name, state, (next) => (path.includes(next) ? next : ELSEWHERE))] as const;
  });
  return { ...definition, States: { ...Object.fromEntries(kept), [ELSEWHERE]: { Type: "Fail" } } };
}

function floorState(name: string, { Next, Catch: _catch, ...state }: State, kept: (next: string) => string): State {
  if (name === WRITING_STATE) return { ...state, ...{ End: true } };
  if (Next !== undefined) return { ...state, Next };
  const choices = state.Choices?.map((choice) => ({ ...choice, Next: kept(choice.Next) }));
  return { ...state, ...{ Choices: choices, Default: ELSEWHERE } };
}

/** The shortest way: breadth first, through every Next and every branch of a Choice. */
function pathToWrite({ StartAt, States }: Definition): readonly string[] {
  const ways: string[][] = [[StartAt]];
  for (const way of ways) {
    const name = way.at(-1) ?? "";
    if (name === WRITING_STATE) return way;
    const { Next, Choices = [] } = States[name] ?? {};
    const following = [...(Next ? [Next] : []), ...Choices.map((choice) => choice.Next)];
    ways.push(...following.filter((next) => !way.includes(next)).map((next) => [...way, next]));
  }
  throw new Error(`no way leads from ${StartAt} to ${WRITING_STATE}`);
}
