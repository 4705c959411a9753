import { writeFileSync } from "node:fs";
import { connectCluster } from "../../../../local/cluster/admin-client.ts";
import { readKubeconfig } from "../../../../local/cluster/front/kubeconfig.ts";
import { answersFile, LISTS } from "./lists.ts";
import { playRequests } from "./play-requests.ts";

/** `node test/support/cluster/recorded/record.ts KUBECONFIG [LIST...]`: writes down what a real API server answers, for machines that have none. */
const [kubeconfig, ...names] = process.argv.slice(2);
if (!kubeconfig) throw new Error("give the path of a kubeconfig");
const client = connectCluster(readKubeconfig(kubeconfig));
for (const list of LISTS.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const answers = await playRequests(client, list, `recorded-${Date.now().toString(36)}`);
  writeFileSync(answersFile(list), `${JSON.stringify(answers, null, 2)}\n`);
  console.log(`${list.name}: ${answers.length} answers recorded`);
}
client.close();
