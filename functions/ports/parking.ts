/** Where records go that nobody can deliver, so that a stream moves on and nothing is lost. Throws `TransientUpstreamError` or `PermissionError`. */
export interface Parking {
  park(record: unknown, reason: string): Promise<void>;
}
