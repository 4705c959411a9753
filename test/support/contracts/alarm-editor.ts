import { expect, it } from "vitest";
import { type AlarmConfiguration, alarmConfiguration, differences } from "../../../functions/domain/tuning/alarm-configuration.ts";
import type { AlarmEditor } from "../../../functions/ports/alarm-editor.ts";
import { aTunableAlarm, aTunableRatioAlarm } from "../builders/tuning.ts";

const configuration = (alarm = aTunableAlarm(), threshold = 240) => alarmConfiguration(alarm, alarm.watch, threshold, "Tuned: a test.");
const same = (one: AlarmConfiguration, other: AlarmConfiguration | undefined) =>
  other === undefined ? ["absent"] : differences(one, other);

/** What any editor of alarms does; `metricMath` false where alarms on metric math cannot be kept. */
export function alarmEditorContract(create: () => AlarmEditor, metricMath = true): void {
  const kinds = [aTunableAlarm(), ...(metricMath ? [aTunableRatioAlarm()] : [])].map((alarm) => [alarm.signal.name, alarm] as const);

  it.each(kinds)("makes an alarm on %s and reads back the same", async (_, alarm) => {
    const editor = create();

    expect(same(configuration(alarm), await editor.put(configuration(alarm)))).toEqual([]);

    const [read] = await editor.configurations([alarm.alarmName]);
    expect(same(configuration(alarm), read)).toEqual([]);
  });

  it("replaces the whole of an alarm, twice as well as once", async () => {
    const editor = create();
    await editor.put({ ...configuration(), okActions: ["arn:aws:sns:us-east-1:000000000000:theirs"], treatMissingData: "breaching" });

    await editor.put(configuration());
    await editor.put(configuration());

    const read = await editor.configurations([aTunableAlarm().alarmName]);
    expect(read.map((one) => same(configuration(), one))).toEqual([[]]);
  });

  it("leaves out alarms that do not exist", async () => {
    expect(await create().configurations(["rollguard-checkout-nobody"])).toEqual([]);
    expect(await create().configurations([])).toEqual([]);
  });

  it("removes what is there; what is not there is no error", async () => {
    const editor = create();
    await editor.put(configuration());
    const names = [aTunableAlarm().alarmName, "rollguard-checkout-nobody"];

    expect(await editor.remove(names)).toEqual([]);
    expect(await editor.remove(names)).toEqual([]);
    expect(await editor.remove([])).toEqual([]);

    expect(await editor.configurations(names)).toEqual([]);
  });
}
