import type { IncydrSimulator } from "../incydr/incydr-simulator.ts";
import type { Message } from "../slack/driver/message-view.ts";
import type { SlackSimulator } from "../slack/slack-simulator.ts";
import type { Narrator } from "./narrator.ts";
import { createTourPerson, type TourPerson } from "./tour-person.ts";

/** What a program has printed, and its exit code. */
export interface ProgramResult {
  readonly exitCode: number | null;
  readonly output: string;
}

/** Where the story is played. */
export interface TourStage {
  readonly slack: SlackSimulator;
  readonly incydr: IncydrSimulator;
  /** Somebody who acts. */
  as(person: string): TourPerson;
  /** Another app posts an alert. */
  alert(channel: string, text: string): Message;
  /** The newest message with this text that somebody sees in a channel. */
  sight(person: string, channel: string, text: string): Message | undefined;
  /** Runs a command of the product's own command line, as an administrator would, and tells of it. */
  runCli(args: readonly string[]): Promise<ProgramResult>;
}

/** Builds the stage between the simulators. */
export function createTourStage(options: {
  slack: SlackSimulator;
  incydr: IncydrSimulator;
  narrator: Narrator;
  runCli: (args: readonly string[]) => Promise<ProgramResult>;
}): TourStage {
  const { slack, incydr, narrator, runCli } = options;
  return {
    slack,
    incydr,
    as: (person) => createTourPerson({ slackPerson: slack.as(person), narrator }),
    alert: (channel, text) => {
      narrator.deed("Alert Bot", `posts in #${channel}`);
      // Any member will do: the message is another app's, not theirs.
      return slack.as("jonas").post(channel, text, { asBot: "Alert Bot" });
    },
    sight: (person, channel, text) =>
      slack
        .as(person)
        .sees(channel)
        .findLast(({ plain }) => plain.includes(text)),
    runCli: (args) => {
      narrator.deed("The administrator", `runs npm run cli -- ${args.join(" ")}`);
      return runCli(args);
    },
  };
}
