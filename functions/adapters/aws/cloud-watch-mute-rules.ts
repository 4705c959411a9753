import { CloudWatchClient, ListAlarmMuteRulesCommand } from "@aws-sdk/client-cloudwatch";
import type { MuteRules } from "../../ports/mute-rules.ts";
import { AWS_CLIENT_SETTINGS, callAws } from "./call-aws.ts";
import type { CloudWatchSender } from "./cloud-watch-metric-source.ts";

/** What an endpoint answers that has never heard of mute rules (they came in 2026; emulators lack them): then there are none. */
const UNKNOWN_ACTION = /^(InvalidAction|UnknownOperation(Exception)?|UnknownOperation|InvalidActionException)$/;

/** DescribeAlarms says nothing of mute rules, though they stop an alarm's actions: they have a list of their own. */
export function cloudWatchMuteRules(client: CloudWatchSender = new CloudWatchClient(AWS_CLIENT_SETTINGS)): MuteRules {
  return {
    async isMuted(AlarmName) {
      try {
        const { AlarmMuteRuleSummaries = [] } = await callAws("cloudwatch:ListAlarmMuteRules", () =>
          client.send(new ListAlarmMuteRulesCommand({ AlarmName, Statuses: ["ACTIVE"], MaxRecords: 1 })),
        );
        return AlarmMuteRuleSummaries.length > 0;
      } catch (error) {
        if (UNKNOWN_ACTION.test((error as Error).name)) return false;
        throw error;
      }
    },
  };
}
