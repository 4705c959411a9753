/** CloudWatch's mute rules: an alarm that one covers now acts on nobody. Throws `TransientUpstreamError` or `PermissionError`. */
export interface MuteRules {
  isMuted(alarmName: string): Promise<boolean>;
}
