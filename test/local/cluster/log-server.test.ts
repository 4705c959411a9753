import { describe, expect, it, onTestFinished } from "vitest";
import { connectCluster } from "../../../local/cluster/admin-client.ts";
import { LogBook } from "../../../local/cluster/kubelet/log-book.ts";
import { logText, startLogServer } from "../../../local/cluster/kubelet/log-server.ts";

const LINES = ["one", "two", "three"].map((text, index) => ({ at: `2026-03-01T12:00:0${index}.000Z`, text }));

describe("the text of a log", () => {
  it.each([
    ["", "one\ntwo\nthree\n"],
    ["tailLines=2", "two\nthree\n"],
    ["tailLines=0", ""],
    ["tailLines=9", "one\ntwo\nthree\n"],
    ["limitBytes=5", "one\nt"],
    ["sinceTime=2026-03-01T12:00:02Z", "three\n"],
    ["tailLines=1&timestamps=true", "2026-03-01T12:00:02.000Z three\n"],
  ])("with %j", (query, text) => {
    expect(logText(LINES, new URLSearchParams(query))).toBe(text);
  });
});

describe("the log of a container", () => {
  it("is kept for this run and the one before", () => {
    const book = new LogBook();
    for (const text of ["first", "second", "third"]) {
      book.start("uid", "app");
      book.write("uid", "app", text);
    }

    expect(book.logs({ uid: "uid" }, "app", false)?.map(({ text }) => text)).toEqual(["third"]);
    expect(book.logs({ uid: "uid" }, "app", true)?.map(({ text }) => text)).toEqual(["second"]);
    expect(book.logs({ uid: "uid" }, "other", false)).toBeUndefined();
    book.forget("uid");
    expect(book.logs({ uid: "uid" }, "app", false)).toBeUndefined();
  });

  it("is served over HTTPS as a kubelet does", async () => {
    const book = new LogBook();
    book.start("uid", "app");
    book.write("uid", "app", "hello\nworld");
    const server = await startLogServer(book, (namespace, name) => (namespace === "shop" && name === "web" ? "uid" : undefined));
    const client = connectCluster({ url: `https://127.0.0.1:${server.port}`, caPem: server.caPem });
    onTestFinished(() => {
      client.close();
      server.stop();
    });
    const ask = async (path: string) => {
      const { code, body } = await client.transport.send({ method: "GET", path });
      return `${code} ${body}`;
    };

    expect(await ask("/containerLogs/shop/web/app?tailLines=1")).toBe("200 world\n");
    expect(await ask("/containerLogs/shop/web/app?previous=true")).toMatch(
      /^400 previous terminated container "app" in pod "web" not found/,
    );
    expect(await ask("/containerLogs/shop/none/app")).toMatch(/^404/);
    expect(await ask("/pods")).toMatch(/^404/);
  });
});
