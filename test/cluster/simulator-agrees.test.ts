import { readFileSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { connectCluster } from "../../local/cluster/admin-client.ts";
import { readKubeconfig } from "../../local/cluster/front/kubeconfig.ts";
import { inProcessClient } from "../../local/cluster/in-process-client.ts";
import { startKubernetesSimulator } from "../../local/cluster/kubernetes-simulator.ts";
import { playRequests, type RecordedAnswer } from "../support/cluster/recorded/play-requests.ts";
import { REQUESTS } from "../support/cluster/recorded/requests.ts";

/** What a real kube-apiserver with its controllers answered; `test/support/cluster/recorded/record.ts` writes it. */
const recorded = JSON.parse(
  readFileSync(new URL("../support/cluster/recorded/answers.json", import.meta.url), "utf8"),
) as readonly RecordedAnswer[];

const kubeconfig = process.env.KUBECONFIG;

describe("the recorded request list", () => {
  it("is answered by the simulator as by a real API server: codes, reasons, messages, generations, writes", async () => {
    const simulator = startKubernetesSimulator();
    onTestFinished(() => simulator.stop());

    const answers = await playRequests(inProcessClient(simulator), REQUESTS, "agreement");

    expect(answers).toHaveLength(REQUESTS.length);
    expect(answers).toEqual(recorded);
  });

  it.runIf(kubeconfig)("is answered by the API server of KUBECONFIG as it was recorded", async () => {
    const client = connectCluster(readKubeconfig(kubeconfig ?? ""));
    onTestFinished(() => client.close());

    const answers = await playRequests(client, REQUESTS, `agreement-${Date.now().toString(36)}`);

    expect(answers).toEqual(recorded);
  });
});
