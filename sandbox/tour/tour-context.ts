import type { IncydrSimulator } from "../incydr/incydr-simulator.ts";
import type { Message } from "../slack/driver/message-view.ts";
import type { SlackSimulator } from "../slack/slack-simulator.ts";
import type { Printer } from "./printer.ts";
import { createTourPerson, type TourPerson } from "./tour-person.ts";

/** The output of a program, and its exit code. */
export interface ProgramResult {
  readonly exitCode: number | null;
  readonly output: string;
}

/** The simulators and the people that the steps of the tour use. */
export interface TourContext {
  readonly slack: SlackSimulator;
  readonly incydr: IncydrSimulator;
  /** The person with this key. */
  as(person: string): TourPerson;
  /** Posts an alert of another app. */
  alert(channel: string, text: string): Message;
  /** The newest message with this text that a person sees in a channel. */
  newestMessage(person: string, channel: string, text: string): Message | undefined;
  /** Runs a command of the product's command line, and prints it. */
  runCli(args: readonly string[]): Promise<ProgramResult>;
}

/** Makes the context of a tour on the simulators. */
export function createTourContext(options: {
  slack: SlackSimulator;
  incydr: IncydrSimulator;
  printer: Printer;
  runCli: (args: readonly string[]) => Promise<ProgramResult>;
}): TourContext {
  const { slack, incydr, printer, runCli } = options;
  return {
    slack,
    incydr,
    as: (person) => createTourPerson({ slackPerson: slack.as(person), printer }),
    alert: (channel, text) => {
      printer.action("Alert Bot", `posts in #${channel}`);
      // Any member can post it, because the author of the message is another app.
      return slack.as("jonas").post(channel, text, { asBot: "Alert Bot" });
    },
    newestMessage: (person, channel, text) =>
      slack
        .as(person)
        .sees(channel)
        .findLast(({ plain }) => plain.includes(text)),
    runCli: (args) => {
      printer.action("The administrator", `runs npm run cli -- ${args.join(" ")}`);
      return runCli(args);
    },
  };
}
