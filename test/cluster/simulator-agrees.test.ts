import { describe, expect, it, onTestFinished } from "vitest";
import { connectCluster } from "../../local/cluster/admin-client.ts";
import { readKubeconfig } from "../../local/cluster/front/kubeconfig.ts";
import { inProcessClient } from "../../local/cluster/in-process-client.ts";
import { startKubernetesSimulator } from "../../local/cluster/kubernetes-simulator.ts";
import { LISTS, recordedAnswers } from "../support/cluster/recorded/lists.ts";
import { playRequests } from "../support/cluster/recorded/play-requests.ts";

const kubeconfig = process.env.KUBECONFIG;

describe.each(LISTS.map((list) => ({ name: list.name, list })))("the recorded requests about $name", ({ list }) => {
  it("are answered by the simulator as by a real API server: codes, reasons, messages, generations, writes", async () => {
    const simulator = startKubernetesSimulator();
    onTestFinished(() => simulator.stop());

    const answers = await playRequests(inProcessClient(simulator), list, "agreement");

    expect(answers).toHaveLength(list.requests.length);
    expect(answers).toEqual(recordedAnswers(list));
  });

  it.runIf(kubeconfig)("are answered by the API server of KUBECONFIG as they were recorded", async () => {
    const client = connectCluster(readKubeconfig(kubeconfig ?? ""));
    onTestFinished(() => client.close());

    const answers = await playRequests(client, list, `agreement-${Date.now().toString(36)}`);

    expect(answers).toEqual(recordedAnswers(list));
  });
});
