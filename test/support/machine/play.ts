import { runRollback } from "./run-rollback.ts";
import { aScene, type SceneOptions } from "./scene.ts";

/** The states of a rollback that recovers. */
export const HAPPY = [
  "OpenIncident",
  "IsNewIncident?",
  "AssessIncident",
  "ShouldRollBack?",
  "SelectStrategy",
  "NeedsApproval?",
  "ExecuteStep",
  "Bake",
  "VerifyStep",
  "PlanFinished?",
  "DiagnoseCause",
  "RecordIncident",
  "DidRecover?",
  "Recovered",
];

/** Loops are collapsed: what matters is the order in which new states are met. */
export const order = (visited: readonly string[]) => [...new Set(visited)];

/** A port of which something happens right after each call of one method. */
export function afterwards<Port extends object>(target: Port, method: keyof Port, then: () => Promise<unknown>): { readonly port: Port } {
  const port = new Proxy(target, {
    get(store, property) {
      const value: unknown = Reflect.get(store, property, store);
      if (typeof value !== "function") return value;
      return async (...parameters: unknown[]) => {
        const answer: unknown = await value.apply(store, parameters);
        if (property === method) await then();
        return answer;
      };
    },
  });
  return { port };
}

/** Plays the scene to its end and reads back what it left. */
export async function play(options: SceneOptions = {}, overrides = {}) {
  const scene = aScene(options);
  const result = await runRollback(scene.ports, scene.input, { onWait: scene.onWait, overrides });
  const incident = await scene.store.read(scene.input.incidentId);
  return { ...scene, result, incident, holder: await scene.store.holder("checkout") };
}
