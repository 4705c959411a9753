import type { Random } from "./random.ts";
import type { Defect, ServiceModel } from "./service-model.ts";
import type { World } from "./world.ts";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** What happened because of people, for the report. */
export interface PeopleCounts {
  deploys: number;
  bad: number;
  earlierImages: number;
  quarantinedAgain: number;
  scales: number;
  falseAlarms: number;
  storms: number;
  approved: number;
  denied: number;
  ignored: number;
  paused: number;
  aborted: number;
  manual: number;
  freezes: number;
  switchedOff: number;
  repairs: number;
  blackouts: number;
}

/** Everybody who is not the program: they release, scale, repair, answer or do not, change their minds, and are sometimes wrong. */
export class People {
  readonly counts: PeopleCounts = {
    ...{ deploys: 0, bad: 0, earlierImages: 0, quarantinedAgain: 0, scales: 0, falseAlarms: 0, storms: 0, approved: 0, denied: 0 },
    ...{ ignored: 0, paused: 0, aborted: 0, manual: 0, freezes: 0, switchedOff: 0, repairs: 0, blackouts: 0 },
  };
  private isOver = false;
  private readonly world: World;
  private readonly random: Random;
  private readonly look: (service: ServiceModel, when: "before" | "after") => void;

  constructor(world: World, random: Random, look: (service: ServiceModel, when: "before" | "after") => void) {
    this.world = world;
    this.random = random;
    this.look = look;
  }

  /** Puts what they do of themselves into the calendar, each kind at its own pace. */
  begin(): void {
    for (const service of this.world.services) {
      this.every(1.6 * DAY, () => this.release(service));
      this.every(30 * DAY, () => this.scaleTooFarDown(service));
      this.every(9 * DAY, () => this.alarmForNothing(service));
      this.every(25 * DAY, () => this.rollBackByHand(service, "a customer complained"));
    }
    this.every(30 * DAY, () => this.storm());
    this.every(30 * DAY, () => this.blackout());
    this.every(45 * DAY, () => this.freeze());
    this.every(60 * DAY, () => this.switchOff());
  }

  /** Somebody is asked for an approval: most answer in time. */
  asked(incidentId: string): void {
    const answer = this.random.pick(["approve", "approve", "approve", "deny", "ignore"] as const);
    if (answer === "ignore") {
      this.counts.ignored += 1;
      return;
    }
    const minutes = this.random.between(0.2, 18);
    this.later(minutes * MINUTE, () => {
      this.counts[answer === "approve" ? "approved" : "denied"] += 1;
      this.world.decide({ incidentId, decision: answer, by: "ada", reason: "looked at it" });
    });
  }

  /** Whoever is responsible looks at a service that has been ill for long, whatever the program does. */
  ill(service: ServiceModel): void {
    this.later(this.random.between(60, 150) * MINUTE, () => {
      if (service.symptoms.length === 0 || service.isStarved) return;
      this.counts.repairs += 1;
      if (service.state.replicas < 3) this.change(service, () => service.scale(3));
      else if (this.random.chance(0.3)) this.rollBackByHand(service, "it has been ill for an hour");
      else this.deploy(service, null);
      this.ill(service);
    });
  }

  /** A pipeline, GitOps or a person brings back what was just taken away: the same template, or the same image under a new one. */
  rolledBack(service: ServiceModel, from: string): void {
    const digest = service.digests.get(from);
    if (digest === undefined || !this.random.chance(0.4)) return;
    this.later(this.random.between(6, 200) * MINUTE, () => {
      this.counts.quarantinedAgain += 1;
      const isSame = this.random.chance(0.4);
      this.change(service, () => (isSame ? service.redeploy(from) : service.deploy(null, digest)));
      // a bad day: what comes next is no better
      if (this.random.chance(0.35)) this.later(this.random.between(0.7, 8) * HOUR, () => this.deploy(service, this.defect()));
    });
  }

  /** Somebody holds a running plan, and mostly lets it go on. */
  mayInterfere(incidentId: string): void {
    if (!this.random.chance(0.08)) return;
    const say = (state: "paused" | "run" | "aborted") => {
      const at = this.world.time.now().toISOString();
      const event = { id: `${at}#Control#${state}`, at, type: `incident_${state}`, message: state, urgency: "notice" as const, data: {} };
      this.world.time.watch(this.world.controls.set(incidentId, { state, by: "ada", reason: "wait", at }, event));
    };
    this.later(this.random.between(1, 90), () => {
      if (this.random.chance(0.3)) {
        this.counts.aborted += 1;
        say("aborted");
        return;
      }
      this.counts.paused += 1;
      say("paused");
      this.later(this.random.between(1, 25) * MINUTE, () => say(this.random.chance(0.85) ? "run" : "aborted"));
    });
  }

  private release(service: ServiceModel): void {
    if (this.random.chance(0.1)) {
      const earlier = service.state.replicaSets.filter(({ templateHash }) => templateHash !== service.state.templateHash);
      if (earlier.length === 0) return;
      this.counts.earlierImages += 1;
      const { templateHash } = this.random.pick(earlier);
      this.change(service, () => service.redeploy(templateHash));
    } else this.deploy(service, this.random.chance(0.22) ? this.defect() : null);
  }

  private deploy(service: ServiceModel, defect: Defect | null): void {
    this.counts.deploys += 1;
    if (defect !== null) this.counts.bad += 1;
    this.change(service, () => service.deploy(defect));
  }

  /** The observer looks every minute: so it has looked shortly before, and looks soon after. */
  private change(service: ServiceModel, act: () => unknown): void {
    this.look(service, "before");
    this.later(this.random.between(20, 60), () => {
      act();
      this.look(service, "after");
    });
  }

  private defect(): Defect {
    const symptoms = this.random.pick<Defect["symptoms"]>([["latency"], ["errors"], ["latency", "errors"]]);
    const luck = this.random.next();
    if (luck < 0.45) return { symptoms, shows: "at once" };
    return luck < 0.8 ? { symptoms, shows: "at peak" } : { symptoms, shows: { afterSeconds: this.random.between(5, 45) * MINUTE } };
  }

  private scaleTooFarDown(service: ServiceModel): void {
    this.counts.scales += 1;
    this.change(service, () => service.scale(1));
  }

  private alarmForNothing(service: ServiceModel): void {
    this.counts.falseAlarms += 1;
    const flaps = this.random.chance(0.4) ? Math.floor(this.random.between(1, 6)) : 0;
    this.world.metrics.falseAlarm(service, { seconds: this.random.between(40, flaps > 0 ? 120 : 900), flaps });
  }

  private rollBackByHand(service: ServiceModel, reason: string): void {
    this.counts.manual += 1;
    const at = this.world.time.now().toISOString();
    this.world.alarm({ manual: { service: service.name, reason, requestedBy: "ada", at } });
  }

  /** What all services need is down. */
  private storm(): void {
    this.counts.storms += 1;
    const starve = (isStarved: boolean) => {
      for (const service of this.world.services) {
        service.isStarved = isStarved;
        service.refresh();
      }
    };
    starve(true);
    this.later(this.random.between(5, 50) * MINUTE, () => starve(false));
  }

  /** CloudWatch has no data for a while. */
  private blackout(): void {
    this.counts.blackouts += 1;
    const from = this.world.time.seconds();
    this.world.metrics.outage = { from, to: from + this.random.between(5, 90) * MINUTE };
  }

  private freeze(): void {
    this.counts.freezes += 1;
    const since = this.world.time.now();
    const until = new Date(since.getTime() + this.random.between(1, 48) * HOUR * 1000).toISOString();
    const by = { reason: "a quiet weekend", by: "ada", incidentId: null, security: false };
    this.world.time.watch(this.world.store.governance.freeze({ scope: "all", name: null, since: since.toISOString(), until, ...by }));
  }

  private switchOff(): void {
    this.counts.switchedOff += 1;
    const turn = (state: "armed" | "off") =>
      this.world.time.watch(
        this.world.store.writeSwitch({ state, by: "ada", reason: "maintenance", at: this.world.time.now().toISOString() }),
      );
    turn("off");
    this.later(this.random.between(0.5, 6) * HOUR, () => turn("armed"));
  }

  /** The last day is over: what has begun goes on. */
  stop(): void {
    this.isOver = true;
  }

  private every(meanSeconds: number, act: () => void): void {
    if (this.isOver) return;
    this.later(-Math.log(1 - this.random.next()) * meanSeconds, () => {
      if (!this.isOver) act();
      this.every(meanSeconds, act);
    });
  }

  private later(seconds: number, act: () => void): void {
    this.world.time.after(seconds, act);
  }
}
