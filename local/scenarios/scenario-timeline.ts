import { type Colours, plainText } from "../../cli/terminal/colours.ts";

/** Where the lines of the demo go. */
export interface Timeline {
  /** A line about the set-up, with seconds since the program started. */
  say(line: string): void;
  /** Something that happened to a service, with seconds since the change. */
  event(service: string, at: Date, since: Date, what: string, text: string): void;
  /** A heading. */
  heading(text: string): void;
  line(text: string): void;
}

export interface TimelineProps {
  readonly write: (text: string) => void;
  readonly colours: Colours;
  readonly columns: number;
  readonly startedAt: Date;
  /** Width of the column of services. */
  readonly serviceColumns: number;
}

/** A timeline for a terminal or a log: one event a line, never rewritten, so that it reads the same in both. */
export function terminalTimeline(props: TimelineProps): Timeline {
  const { colours, write } = props;
  const line = (text: string) => write(`${text}\n`);
  const seconds = (from: Date, to: Date) => `${((to.getTime() - from.getTime()) / 1000).toFixed(1).padStart(6)} s`;
  return {
    say: (text) => line(`${colours.dim(seconds(props.startedAt, new Date()))}  ${colours.dim(plainText(text))}`),
    event: (service, at, since, what, text) => {
      const lead = `${seconds(since, at)}  ${service.padEnd(props.serviceColumns)}  ${what.padEnd(WHAT_COLUMNS)}  `;
      const room = Math.max(40, props.columns - lead.length);
      const clean = plainText(text);
      line(
        `${colours.bold(seconds(since, at))}  ${colours.cyan(service.padEnd(props.serviceColumns))}  ${paint(colours, what)}  ${
          clean.length > room ? `${clean.slice(0, room - 1)}…` : clean
        }`,
      );
    },
    heading: (text) => line(`\n${colours.bold(text)}`),
    line,
  };
}

const WHAT_COLUMNS = 9;

function paint(colours: Colours, what: string): string {
  const padded = what.padEnd(WHAT_COLUMNS);
  switch (what) {
    case "change":
    case "page":
      return colours.yellow(padded);
    case "ALARM":
    case "wrong":
      return colours.red(padded);
    case "OK":
    case "right":
      return colours.green(padded);
    default:
      return padded;
  }
}
