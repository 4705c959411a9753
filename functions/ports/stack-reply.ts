/** What a custom resource answers (AWS CloudFormation User Guide, "Custom resource response objects"). */
export interface StackReplyBody {
  readonly Status: "SUCCESS" | "FAILED";
  /** Needed where it failed; shown in the stack's events. */
  readonly Reason: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
}

/** Tells CloudFormation how a custom resource went. A stack waits until it hears. Throws `TransientUpstreamError`. */
export interface StackReply {
  send(responseUrl: string, body: StackReplyBody): Promise<void>;
}
