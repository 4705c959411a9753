import { describe } from "vitest";
import { alarmEditorContract } from "../contracts/alarm-editor.ts";
import { FakeAlarmEditor } from "./fake-alarm-editor.ts";

describe("the fake alarm editor", () => alarmEditorContract(() => new FakeAlarmEditor()));
