import { writeFileSync } from "node:fs";
import { connectCluster } from "../../../../local/cluster/admin-client.ts";
import { readKubeconfig } from "../../../../local/cluster/front/kubeconfig.ts";
import { playRequests } from "./play-requests.ts";
import { REQUESTS } from "./requests.ts";

/** `node test/support/cluster/recorded/record.ts KUBECONFIG`: writes down what a real API server answers, for machines that have none. */
const [kubeconfig] = process.argv.slice(2);
if (!kubeconfig) throw new Error("give the path of a kubeconfig");
const client = connectCluster(readKubeconfig(kubeconfig));
const answers = await playRequests(client, REQUESTS, `recorded-${Date.now().toString(36)}`);
client.close();
writeFileSync(new URL("answers.json", import.meta.url), `${JSON.stringify(answers, null, 2)}\n`);
console.log(`${answers.length} answers recorded`);
