import type { z } from "zod";

/** Names to texts, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The headings of `.env.example` in their order. */
export const variableGroups = [
  "Slack",
  "HTTP server",
  "Probes and metrics",
  "Database",
  "Incydr",
  "Channels",
  "Rules of the team",
  "Running",
] as const;

export type VariableGroup = (typeof variableGroups)[number];

export interface Variable<T = unknown> {
  readonly group: VariableGroup;
  /** One or two sentences for the person who sets it. */
  readonly description: string;
  /** A value that passes the schema, and belongs to no real installation. */
  readonly example: string;
  /** Reads the trimmed, non-empty text; its messages complete the sentence "NAME …" and never quote the text. */
  readonly schema: z.ZodType<T, string>;
  /**
   * - `required`: must be set
   * - `optional`: undefined if it is not set
   * - `socket`, `http`: must be set in that mode of Slack's connection, and is ignored in the other
   */
  readonly need?: "required" | "optional" | "socket" | "http";
  /** Takes the place of `need`: the text of a variable that is not set. */
  readonly default?: string;
  /** A secret is never shown, and `NAME_FILE` may name a file with it. */
  readonly secret?: true;
}
export type ValuesOf<Schema extends Record<string, Variable>> = {
  readonly [Name in keyof Schema]: Schema[Name] extends { need: "required" } | { default: string }
    ? z.output<Schema[Name]["schema"]>
    : z.output<Schema[Name]["schema"]> | undefined;
};
