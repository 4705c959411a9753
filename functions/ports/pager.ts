/** Last resort and outbox target: a message to people. Throws `TransientUpstreamError` or `PermissionError`. */
export interface Pager {
  publish(message: {
    readonly topicArn: string | null;
    readonly subject: string;
    readonly text: string;
    readonly attributes: Readonly<Record<string, string>>;
  }): Promise<void>;
}
