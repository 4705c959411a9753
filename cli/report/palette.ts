/** Colours by role, for light and dark. A test holds every text pair to a contrast of 4.5 and every drawn line to 3. */
export interface Palette {
  readonly page: string;
  readonly raised: string;
  readonly text: string;
  readonly muted: string;
  readonly rule: string;
  readonly line: string;
  readonly good: string;
  readonly bad: string;
  readonly warn: string;
  readonly act: string;
  readonly calm: string;
}

export const LIGHT: Palette = {
  page: "#ffffff",
  raised: "#f5f6f8",
  text: "#15181e",
  muted: "#57606d",
  rule: "#dfe3e8",
  line: "#2a62c9",
  good: "#17703f",
  bad: "#b8242f",
  warn: "#8a5300",
  act: "#6a3fb5",
  calm: "#4a5361",
};

export const DARK: Palette = {
  page: "#0f1216",
  raised: "#181c22",
  text: "#e9ecf0",
  muted: "#9ca6b4",
  rule: "#2b313a",
  line: "#79a9ff",
  good: "#58c489",
  bad: "#ff7f86",
  warn: "#e6b35a",
  act: "#b99bff",
  calm: "#a9b3c1",
};
