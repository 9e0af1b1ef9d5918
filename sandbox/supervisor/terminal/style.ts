import { styleText } from "node:util";

/** The emphasis of words in a terminal. */
export interface Style {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  /** A person, a channel. */
  readonly name: (text: string) => string;
}

/** Creates the style of a stream: colours for a terminal unless `NO_COLOR` is set, or else plain text. */
export function createStyle(stream: NodeJS.WriteStream): Style {
  const styled = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    styleText(format, text, { stream });
  return {
    strong: styled("bold"),
    faint: styled("gray"),
    good: styled("green"),
    bad: styled("red"),
    name: styled("cyan"),
  };
}

/** Unchanged text. */
export const PLAIN_STYLE: Style = {
  strong: (text) => text,
  faint: (text) => text,
  good: (text) => text,
  bad: (text) => text,
  name: (text) => text,
};
