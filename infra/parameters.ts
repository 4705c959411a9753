/**
 * SSM parameters that join the stacks and let the command find them. Names instead of CloudFormation exports: an exported value could not
 * change while the other stack uses it.
 */
export const PARAMETERS = {
  tableName: "/rollguard/table-name",
  tableStreamArn: "/rollguard/table-stream-arn",
  topicArn: "/rollguard/topic-arn",
  topicKeyArn: "/rollguard/topic-key-arn",
  archiveBucket: "/rollguard/archive-bucket",
  archiveKeyArn: "/rollguard/archive-key-arn",
  macKeyArn: "/rollguard/mac-key-arn",
  machineArn: "/rollguard/machine-arn",
  startFunction: "/rollguard/start-function",
  decideFunction: "/rollguard/decide-function",
  observeFunction: "/rollguard/observe-function",
} as const;
