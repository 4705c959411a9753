export interface SentCommand {
  /** Class name, like `PutItemCommand`. */
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: inputs of every command of every client; tests assert on what they know is there.
  readonly input: any;
}

/** An SDK client that answers as the test says (a thrown error included) and remembers the commands. */
export function fakeAwsClient<Client>(respond: (command: SentCommand) => object): {
  readonly client: Client;
  readonly sent: SentCommand[];
} {
  const sent: SentCommand[] = [];
  const send = async (command: { readonly input: object }) => {
    const one = { name: command.constructor.name, input: command.input };
    sent.push(one);
    return respond(one);
  };
  return { client: { send } as unknown as Client, sent };
}
