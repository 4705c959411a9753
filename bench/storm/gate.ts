import type { StormHandler } from "./function-server.ts";

/** Counts the runs that have neither joined another nor written yet. */
export class Gate {
  private readonly open = new Set<string>();
  private starting = 0;
  private looked = 0;
  private readonly most: number;

  private readonly onWritten: (execution: string) => void;

  /** `onWritten` gets the name of each execution whose first step was made. */
  constructor(most: number, onWritten: (execution: string) => void = () => {}) {
    this.most = most;
    this.onWritten = onWritten;
  }

  /** Runs whose OpenIncident has answered: each alarm has come as far as that, or is still under way. */
  get opened(): number {
    return this.looked;
  }

  mayStart(): boolean {
    return this.starting + this.open.size < this.most;
  }

  /** The same functions, watched. */
  watch(handlers: Readonly<Record<string, StormHandler>>): Record<string, StormHandler> {
    return Object.fromEntries(Object.entries(handlers).map(([name, handler]) => [name, this.watched(name, handler)]));
  }

  private watched(name: string, handler: StormHandler): StormHandler {
    if (name === "StartRollback") {
      return async (event) => {
        this.starting += 1;
        try {
          const answer = (await handler(event)) as { outcome?: string; incidentId?: string };
          if (answer.outcome === "started" && answer.incidentId !== undefined) this.open.add(answer.incidentId);
          return answer;
        } finally {
          this.starting -= 1;
        }
      };
    }
    return async (event) => {
      const answer = (await handler(event)) as { outcome?: string };
      if (name === "OpenIncident") this.looked += 1;
      const isThrough = name === "ExecuteStep" || name === "RecordIncident" || (name === "OpenIncident" && answer.outcome !== "opened");
      const { incidentId, execution } = event as { incidentId: string; execution: { name: string } };
      if (isThrough) this.open.delete(incidentId);
      if (name === "ExecuteStep") this.onWritten(execution.name);
      return answer;
    };
  }
}
