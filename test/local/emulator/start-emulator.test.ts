import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { freePort } from "../../../local/emulator/ports.ts";
import { startEmulator } from "../../../local/emulator/start-emulator.ts";

const eksEndpoint = "http://127.0.0.1:1";

describe("startEmulator", () => {
  it("says what to do when the port is taken", async () => {
    const squatter = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => squatter.listen(port, "127.0.0.1", resolve));

    await expect(startEmulator({ eksEndpoint, port, endpoint: "" })).rejects.toThrow(
      new RegExp(`port ${port} on 127\\.0\\.0\\.1 is in use: .*ROLLGUARD_EMULATOR_PORT.*AWS_ENDPOINT_URL=http://127\\.0\\.0\\.1:${port}`),
    );
    squatter.close();
  });

  it("refuses an endpoint that is not on this machine", async () => {
    await expect(startEmulator({ eksEndpoint, endpoint: "https://sts.amazonaws.com" })).rejects.toThrow(/not on this machine/);
  });
});
