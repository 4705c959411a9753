import { describe, expect, it } from "vitest";
import type { Archive } from "../../../functions/ports/archive.ts";

/** What every Archive does; each test asks for one. */
export function describeArchive(name: string, archiveUnderTest: () => Promise<Archive>): void {
  describe(`${name}: archive`, () => {
    it("gives back what was stored, whatever characters are in the text and the key", async () => {
      const archive = await archiveUnderTest();
      const text = `{"name":"Zürich 🚀","note":"a\\nb"}\n${"x".repeat(100_000)}`;

      await archive.put("service/checkout/a+b c(1)'*!.json", text, "application/json");
      await archive.put("service/checkout/log.txt", "", "text/plain");

      expect(await archive.get("service/checkout/a+b c(1)'*!.json")).toBe(text);
      expect(await archive.get("service/checkout/log.txt")).toBe("");
    });

    it("answers null for a key that nobody stored", async () => {
      const archive = await archiveUnderTest();
      await archive.put("there", "text", "text/plain");

      expect(await archive.get("not-there")).toBeNull();
      expect(await archive.get("the")).toBeNull();
    });

    it("forgets what was removed, also twice and where nothing was, and takes it again", async () => {
      const archive = await archiveUnderTest();
      await archive.put("snapshots/checkout/a.json", "{}", "application/json");
      await archive.put("snapshots/checkout/b.json", "{}", "application/json");

      for (const key of ["snapshots/checkout/a.json", "snapshots/checkout/a.json", "snapshots/checkout/never.json"])
        await archive.remove(key);
      const removed = await archive.get("snapshots/checkout/a.json");
      await archive.put("snapshots/checkout/a.json", "again", "application/json");

      expect(removed).toBeNull();
      expect(await archive.get("snapshots/checkout/a.json")).toBe("again");
      expect(await archive.get("snapshots/checkout/b.json")).toBe("{}");
    });

    it("takes the same key twice", async () => {
      const archive = await archiveUnderTest();

      await archive.put("key", "one", "text/plain");
      await archive.put("key", "one", "text/plain");

      expect(await archive.get("key")).toBe("one");
    });
  });
}
