import { describe, expect, it } from "vitest";
import { type GroupClaim, groupProblems } from "../../../functions/domain/group/group-problems.ts";

const claim = (service: string, dependsOn: readonly string[] = [], group = "shop"): GroupClaim => ({ service, dependsOn, group });
const problemsOf = (claims: readonly GroupClaim[]) =>
  claims.flatMap((own) => groupProblems(own, claims).map(({ path, message }) => `${own.service} ${path.join(".")}: ${message}`));

describe("the groups of blueprints that are deployed together", () => {
  it("are fine when each dependency is a member and nothing goes round", () => {
    expect(problemsOf([claim("api", ["db"]), claim("db"), claim("web", ["api", "db"])])).toEqual([]);
  });

  it("name a dependency of another group, and one that is in no group", () => {
    const problems = problemsOf([claim("api", ["db", "gone"]), claim("db", [], "data")]);

    expect(problems).toEqual([
      "api spec.rollback.depends_on.0: db is in group data",
      "api spec.rollback.depends_on.1: gone is no service of these blueprints with a group",
    ]);
  });

  it("name a circle once, with its way", () => {
    const problems = problemsOf([claim("a", ["b"]), claim("b", ["c"]), claim("c", ["a"]), claim("d", ["a"])]);

    expect(problems).toEqual(["c spec.rollback.depends_on: c -> a -> b -> c is a circle: nothing could be rolled back first"]);
  });

  it("hold at most ten services", () => {
    const problems = problemsOf(Array.from({ length: 11 }, (_, index) => claim(`s${index}`)));

    expect(problems).toEqual([
      "s10 spec.rollback.group: group shop has 11 services, and this is number 11: at most 10 are rolled back together",
    ]);
  });
});
