import { toEventItem } from "../../../functions/adapters/aws/incident-items.ts";
import type { TimelineEvent } from "../../../functions/domain/incident.ts";
import { anEvent } from "../builders/incident.ts";
import { INCIDENT_ID, SERVICE } from "../builders/moments.ts";

/** The stream record of an event's insert, as Lambda gets it from a stream with NEW_AND_OLD_IMAGES. The image is what the store writes. */
export function anEventRecord(event: Partial<TimelineEvent> = {}, incidentId: string = INCIDENT_ID) {
  const image = toEventItem(incidentId, { service: SERVICE, topicArn: null, ...anEvent(), ...event });
  return {
    eventID: "c81e728d9d4c2f636f067f89cc14862c",
    eventName: "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "us-east-1",
    eventSourceARN: "arn:aws:dynamodb:us-east-1:123456789012:table/rollguard/stream/2026-11-20T00:00:00.000",
    dynamodb: {
      ApproximateCreationDateTime: 1_795_144_361,
      Keys: { pk: image.pk, sk: image.sk },
      NewImage: image,
      SequenceNumber: "222",
      SizeBytes: 412,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
  };
}

/** The closing update of META: nothing for people. */
export function aMetaRecord() {
  const record = anEventRecord();
  return {
    ...record,
    eventName: "MODIFY",
    dynamodb: { ...record.dynamodb, Keys: { pk: record.dynamodb.Keys.pk, sk: { S: "META" } }, NewImage: { status: { S: "closed" } } },
  };
}
