import type { z } from "zod";

/** Names to texts, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The headings under which the variables stand in `.env.example`, in this order. */
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

/** One environment variable: what it means, and how its text becomes a value. */
export interface Variable<T = unknown> {
  readonly group: VariableGroup;
  /** One or two sentences for the person who has to fill it in. */
  readonly description: string;
  /** A value that passes the schema and is nobody's. */
  readonly example: string;
  /** Reads the trimmed, non-empty text; its messages complete the sentence "NAME …" and never quote the text. */
  readonly schema: z.ZodType<T, string>;
  /**
   * - `required`: must be set
   * - `optional`: may be left out, the value is then undefined
   * - `defaulted`: `default` stands for it when it is left out
   * - `socket`, `http`: must be set in that mode of Slack's connection, is ignored in the other
   */
  readonly need: "required" | "optional" | "defaulted" | "socket" | "http";
  /** Text that the schema reads; only with the need `defaulted`. */
  readonly default?: string;
  /** True for what must never be shown; it may then be given as the path of a file in `NAME_FILE` instead. */
  readonly secret?: true;
}

/** The value of each variable of a schema: undefined is possible where the variable may be left out. */
export type ValuesOf<Schema extends Record<string, Variable>> = {
  readonly [Name in keyof Schema]: Schema[Name]["need"] extends "required" | "defaulted"
    ? z.output<Schema[Name]["schema"]>
    : z.output<Schema[Name]["schema"]> | undefined;
};
