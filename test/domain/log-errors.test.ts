import { expect, it } from "vitest";
import { countErrorLines } from "../../functions/domain/log-errors.ts";

it.each([
  "2026-11-20T03:12:42.123Z ERROR cannot connect",
  '{"level":"error","msg":"timeout"}',
  '{"level":50,"msg":"timeout"}',
  "time=now level=fatal msg=gone",
  "[error] upstream timed out",
  "E1120 03:12:42.000000 1 server.go:12] failed",
  "panic: runtime error: index out of range",
  "Traceback (most recent call last):",
  'Exception in thread "main" java.lang.NullPointerException',
  "Unhandled promise rejection",
])("%s is a line that looks like an error", (line) => {
  expect(countErrorLines([line])).toBe(1);
});

it.each([
  "INFO ready in 3 s",
  "finished with 0 errors",
  "no ERROR seen",
  "GET /error-page 200",
  '{"level":"info","error":null}',
  '{"level":30,"msg":"ok"}',
  "    at Object.<anonymous> (/app/server.js:10:3)",
  "",
])("%j is none", (line) => {
  expect(countErrorLines([line])).toBe(0);
});
