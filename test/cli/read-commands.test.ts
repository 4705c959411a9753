import { beforeEach, describe, expect, it } from "vitest";
import { PermissionError, TransientUpstreamError } from "../../functions/domain/errors.ts";
import { anEscalatedIncident, anIncident, anIncidentMeta, anOpenIncident, INCIDENT_ID } from "../support/builders/index.ts";
import { drawnPoints } from "./drawn-points.ts";
import { FakeWorld } from "./fake-command.ts";

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});

const another = () => ({
  ...anEscalatedIncident(),
  meta: anIncidentMeta({
    ...anEscalatedIncident().meta,
    id: "inc-search-1",
    service: "search",
    execution: "rg-search-1",
    openedAt: "2026-11-20T04:00:00.000Z",
  }),
});

describe("rollguard incidents", () => {
  it("lists them newest first, with outcome and id", async () => {
    await world.seed(anIncident(), another());

    const { code, out } = await world.run("incidents");

    expect(code).toBe(0);
    expect(out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["OPENED", "SERVICE", "OUTCOME", "SEVERITY", "INCIDENT"],
      ["2026-11-20 04:00:00 UTC", "search", "! Escalated to a person", "high", "inc-search-1"],
      ["2026-11-20 03:12:40 UTC", "checkout", "✓ Recovered", "high", INCIDENT_ID],
      [""],
    ]);
  });

  it("narrows to a service and a number, and prints one JSON array", async () => {
    await world.seed(anIncident(), another());

    const bySearch = await world.run("incidents", "--service", "search", "--json");
    const newest = await world.run("incidents", "--limit", "1", "--json");

    expect(JSON.parse(bySearch.out)).toEqual([expect.objectContaining({ id: "inc-search-1" })]);
    expect(JSON.parse(newest.out)).toEqual([expect.objectContaining({ id: "inc-search-1" })]);
  });

  it("says on stderr that there is none, and an empty array on stdout", async () => {
    expect(await world.run("incidents", "--service", "search")).toEqual({ code: 0, out: "", notes: "No incident of search yet." });
    expect((await world.run("incidents", "--json")).out).toBe("[]\n");
  });

  it.each(["0", "-3", "many", "1001"])("refuses a limit of %s", async (limit) => {
    const { code, notes } = await world.run("incidents", `--limit=${limit}`);

    expect(code).toBe(2);
    expect(notes).toContain("Expected a whole number from 1 to 1000");
  });

  it("takes the table from the option, else the environment, else the deployed stack", async () => {
    await world.run("incidents");
    world.environment = { ROLLGUARD_TABLE: "mine" };
    await world.run("incidents");
    await world.run("incidents", "--table", "given");

    expect(world.tables).toEqual(["deployed-table", "mine", "given"]);
  });

  it("ends with 3 and says what to do where Rollguard is not deployed", async () => {
    world.parameters = {};

    const { code, notes } = await world.run("incidents");

    expect(code).toBe(3);
    expect(notes).toMatch(/not deployed in this account and region.*\/rollguard\/table-name.*--table or ROLLGUARD_TABLE/);
  });
});

describe("rollguard show", () => {
  it("tells outcome, what to do, times, why, what was done, checks and timeline", async () => {
    await world.seed(anIncident());

    const { code, out } = await world.run("show", INCIDENT_ID);

    expect(code).toBe(0);
    for (const words of [
      "✓ Recovered  checkout",
      "Nothing now. Fix demo/checkout:v2-slow before it goes out again.",
      "detection 20 s · reaction 2.1 s · recovery 62.6 s",
      "latency_p95: before 120 ms, during 477.3 ms, after 121.5 ms, threshold 200 ms",
      "Why: roll-back",
      "1. back to demo/checkout:v1 (checkout-6d4b75cb6d)",
      "✓ pass  latency_p95    < 200 ms  121 ms",
      "03:12:42 + 22.1 s  Template of demo/checkout:v1 restored",
    ]) {
      expect(out).toContain(words);
    }
    expect(out.split("\n").filter((line) => line.length > 100)).toEqual([]);
  });

  it("knows the latest", async () => {
    await world.seed(anIncident(), another());

    expect((await world.run("show", "latest")).out).toContain("search");
    expect((await world.run("show", "latest", "--json")).out).toContain('"id": "inc-search-1"');
  });

  it("shows an incident that is still open", async () => {
    await world.seed(anOpenIncident());

    expect((await world.run("show", "latest")).out).toContain("Still running");
  });

  it("prints the whole incident as one JSON object", async () => {
    await world.seed(anIncident());

    const { out, notes } = await world.run("show", INCIDENT_ID, "--json");

    expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(await world.store.read(INCIDENT_ID))));
    expect(notes).toBe("");
  });

  it("writes the report with every point", async () => {
    await world.seed(anIncident());

    const { code, out, notes } = await world.run("show", INCIDENT_ID, "--html", "incident.html");

    expect({ code, out, notes }).toEqual({ code: 0, out: "", notes: `Report of ${INCIDENT_ID} written to incident.html` });
    expect(drawnPoints(world.files.get("incident.html") ?? "")).toHaveLength(96);
  });

  it.each([
    [["show", "inc-nowhere"], 3, "There is no incident inc-nowhere. 'rollguard incidents' lists those that there are."],
    [["show", "latest"], 3, "There is no incident yet."],
    [["show"], 2, "missing required argument 'incident'"],
    [["show", INCIDENT_ID, "--html", "a.html", "--json"], 2, "--html and --json exclude each other"],
    [["show", INCIDENT_ID, "--htm", "a.html"], 2, "unknown option '--htm'"],
  ])("ends %j with %d", async (argv, code, sentence) => {
    const result = await world.run(...argv);

    expect(result.code).toBe(code);
    expect(result.notes).toContain(sentence);
    expect(result.out).toBe("");
  });

  it("says so when the report cannot be written", async () => {
    await world.seed(anIncident());

    const { code, notes } = await world.run("show", INCIDENT_ID, "--html", "/nowhere/incident.html");

    expect(code).toBe(2);
    expect(notes).toMatch(/cannot be written to \/nowhere\/incident.html: ENOENT.*Choose a folder/);
  });
});

describe("what AWS does not do", () => {
  it.each([
    [
      new PermissionError("dynamodb:Query was refused", { action: "dynamodb:Query" }),
      "AWS refused dynamodb:Query. Allow it for the credentials in use",
    ],
    [
      new TransientUpstreamError("dynamodb:Query failed for now: ThrottlingException"),
      "dynamodb:Query failed for now: ThrottlingException. Try again",
    ],
    [
      Object.assign(new Error("Could not load credentials from any providers"), { name: "CredentialsProviderError" }),
      "No AWS credentials were found. Sign in",
    ],
    [new Error("Region is missing"), "No AWS region is set, or it is none. Set AWS_REGION"],
    [new Error('Region not accepted: region="" is not a valid hostname component.'), "No AWS region is set, or it is none. Set AWS_REGION"],
    [new Error("something else."), "Unexpected failure: Error: something else. ROLLGUARD_DEBUG=1"],
    [
      Object.assign(new Error("Requested resource not found"), { name: "ResourceNotFoundException" }),
      "Check --table, AWS_PROFILE and AWS_REGION",
    ],
    [new TypeError("x is not a function"), "Unexpected failure: TypeError: x is not a function"],
  ])("%s is one sentence and exit code 1", async (failure, sentence) => {
    world.failure = failure;

    const { code, notes } = await world.run("incidents");

    expect(code).toBe(1);
    expect(notes).toContain(sentence);
    expect(notes).not.toMatch(/\n\s+at /);
  });

  it("shows where it comes from with ROLLGUARD_DEBUG=1", async () => {
    world.failure = new TypeError("x is not a function");
    world.environment = { ROLLGUARD_DEBUG: "1" };

    expect((await world.run("incidents")).notes).toMatch(/\n\s+at /);
  });
});
