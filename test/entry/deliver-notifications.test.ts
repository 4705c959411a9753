import { describe, expect, it } from "vitest";
import { PermissionError, TransientUpstreamError } from "../../functions/domain/errors.ts";
import { deliverNotifications } from "../../functions/entry/deliver-notifications/deliver-notifications.ts";
import { anEvent } from "../support/builders/incident.ts";
import { aMetaRecord, anEventRecord } from "../support/events/stream-records.ts";
import { FakePager } from "../support/fakes/fake-pager.ts";
import { FakeParking } from "../support/fakes/fake-parking.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";

function setUp() {
  const pager = new FakePager();
  const parking = new FakeParking();
  const pauses: number[] = [];
  const pause = async (milliseconds: number) => {
    pauses.push(milliseconds);
  };
  const deliver = (...Records: unknown[]) => deliverNotifications({ pager, parking, pause })({ Records }, { logger: silentLogger });
  return { pager, parking, pauses, deliver };
}
const away = () => new TransientUpstreamError("SNS is away");

describe("deliver-notifications", () => {
  it("publishes pages and notices in order and passes over the rest", async () => {
    const { pager, parking, deliver } = setUp();
    const page = anEventRecord({ id: "2", urgency: "page", type: "rollback_failed" });

    const result = await deliver(anEventRecord({ id: "1" }), aMetaRecord(), anEventRecord({ id: "q", urgency: "quiet" }), page);

    expect(result).toEqual({ delivered: 2, skipped: 2, parked: 0 });
    expect(pager.messages.map(({ attributes }) => [attributes.eventId, attributes.urgency])).toEqual([
      ["1", "notice"],
      ["2", "page"],
    ]);
    expect(parking.parked).toEqual([]);
  });

  it("tries a publish that failed for now again, with a pause", async () => {
    const { pager, pauses, deliver } = setUp();
    pager.failures.push(away(), away());

    expect(await deliver(anEventRecord())).toMatchObject({ delivered: 1 });

    expect(pager.messages).toMatchObject([{ attributes: { eventId: anEvent().id } }]);
    expect(pauses).toEqual([250, 500]);
  });

  it("parks what cannot be published in three tries and goes on with the next", async () => {
    const { pager, parking, deliver } = setUp();
    pager.failures.push(away(), away(), away());

    expect(await deliver(anEventRecord({ id: "1" }), anEventRecord({ id: "2" }))).toEqual({ delivered: 1, skipped: 0, parked: 1 });

    expect(parking.parked).toMatchObject([{ record: anEventRecord({ id: "1" }), reason: expect.stringContaining("3 tries") }]);
    expect(pager.messages).toMatchObject([{ attributes: { eventId: "2" } }]);
  });

  it("parks what is refused for good at once", async () => {
    const { pager, parking, pauses, deliver } = setUp();
    pager.failures.push(new PermissionError("sns:Publish was refused"));

    expect(await deliver(anEventRecord())).toMatchObject({ parked: 1 });

    expect(pauses).toEqual([]);
    expect(parking.parked[0]?.reason).toBe("PermissionError: sns:Publish was refused");
  });

  it("sends a page to the stack's own topic when the service's topic refuses it, and says why", async () => {
    const topicArn = "arn:aws:sns:us-east-1:123456789012:deleted";
    const refused = () => new PermissionError("Topic does not exist");
    const page = setUp();
    const notice = setUp();
    page.pager.failures.push(refused());
    notice.pager.failures.push(refused());

    expect(await page.deliver(anEventRecord({ urgency: "page", topicArn }))).toMatchObject({ delivered: 1, parked: 0 });
    expect(await notice.deliver(anEventRecord({ urgency: "notice", topicArn }))).toMatchObject({ delivered: 0, parked: 1 });

    expect(page.pager.messages).toMatchObject([{ topicArn: null, text: expect.stringMatching(/deleted.*Topic does not exist/s) }]);
  });

  it("does the same for whatever calls people, however urgent it is", async () => {
    const { pager, deliver } = setUp();
    pager.failures.push(new PermissionError("Topic does not exist"));
    const topicArn = "arn:aws:sns:us-east-1:123456789012:devops";

    expect(await deliver(anEventRecord({ urgency: "notice", type: "escalation_devops", topicArn }))).toMatchObject({
      delivered: 1,
      parked: 0,
    });
    expect(pager.messages).toMatchObject([{ topicArn: null, text: expect.stringContaining(topicArn) }]);
  });

  it("parks a page that nobody takes", async () => {
    const { pager, parking, deliver } = setUp();
    pager.failures.push(new PermissionError("Topic does not exist"), new PermissionError("sns:Publish was refused"));

    expect(await deliver(anEventRecord({ urgency: "page", topicArn: "arn:aws:sns:us-east-1:1:gone" }))).toMatchObject({ parked: 1 });
    expect(parking.parked[0]?.reason).toContain("Topic does not exist");
  });

  it("parks a record that it cannot read", async () => {
    const { parking, deliver } = setUp();

    expect(await deliver({ nonsense: true }, anEventRecord())).toEqual({ delivered: 1, skipped: 0, parked: 1 });
    expect(parking.parked).toMatchObject([{ record: { nonsense: true } }]);
  });

  it("fails when parking fails too: nothing may get lost", async () => {
    const { parking, deliver } = setUp();
    parking.failures.push(new TransientUpstreamError("SQS is away"));

    await expect(deliver({ nonsense: true })).rejects.toThrow("SQS is away");
  });
});
