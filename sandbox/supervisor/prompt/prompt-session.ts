import { readFile } from "node:fs/promises";
import { HARBORLIGHT } from "../../slack/harborlight.ts";
import { describeWrite } from "../describe-write.ts";
import type { Sandbox } from "../start-sandbox.ts";
import { describeChannels, describePeople } from "../workspace-text.ts";
import { FAULT_SWITCHES, switchFaultsOff } from "./fault-switches.ts";
import { createFeed } from "./feed.ts";
import { HELP_TEXT } from "./help-text.ts";
import { type PersonAction, parseLine } from "./parse-line.ts";
import { performAction } from "./perform-action.ts";

/** Somebody's session at the prompt. */
export interface PromptSession {
  /** Does what a line says; resolves to what is to be printed, or to null if they want to stop. */
  run(line: string): Promise<string | null>;
  close(): void;
}

const PEOPLE = HARBORLIGHT.people.map(({ key }) => key);
const CHANNELS = [...HARBORLIGHT.channels.map(({ name }) => name), "dm"];
const LOG_LINES = 15;

/** Creates a session in a running sandbox; what happens meanwhile is told through `print`. */
export function createPromptSession(options: {
  sandbox: Sandbox;
  print: (text: string) => void;
}): PromptSession {
  const { sandbox, print } = options;
  const { slack, incydr, bot } = sandbox;
  const feed = createFeed({ channels: CHANNELS, print });
  const switchedOn: string[] = [];

  async function act(key: string, action: PersonAction): Promise<string> {
    const person = slack.as(key);
    if (action.does === "look") return lookAt(key, action.channel);
    if (action.does === "modal") return person.modal()?.plain ?? "No modal is open.";
    feed.follow(person);
    const fault = await performAction(person, action, CHANNELS);
    await feed.settled();
    return fault ?? "";
  }

  function lookAt(key: string, channel: string | null): string {
    const person = slack.as(key);
    if (channel !== null) return person.transcript(channel) || "(nothing)";
    const shown = CHANNELS.map((name) => [name, person.transcript(name)]).filter(([, text]) => text !== "");
    return shown.map(([name, text]) => `#${name}\n${text}`).join("\n\n") || "(nothing)";
  }

  function switchFault(name: string | null): string {
    if (name === "off") {
      switchFaultsOff(sandbox);
      switchedOn.length = 0;
    } else if (name !== null) {
      const found = FAULT_SWITCHES.find((each) => each.name === name);
      if (!found)
        return `There is no fault “${name}”; there are: ${FAULT_SWITCHES.map((each) => each.name).join(", ")}.`;
      found.switchOn(sandbox);
      switchedOn.push(name);
    }
    return switchedOn.length > 0 ? `Switched on: ${switchedOn.join(", ")}.` : "No fault is switched on.";
  }

  async function understand(typed: string): Promise<string | null> {
    const line = parseLine(typed, PEOPLE);
    switch (line.kind) {
      case "nothing":
        return "";
      case "quit":
        return null;
      case "help":
        return HELP_TEXT;
      case "people":
        return describePeople();
      case "channels":
        return describeChannels();
      case "writes":
        return (
          incydr
            .writeLog()
            .map((entry) => describeWrite(entry, incydr.tenant))
            .join("\n") || "(none)"
        );
      case "faults":
        return switchFault(line.name);
      case "alert": {
        const channel = HARBORLIGHT.channels.find(({ name }) => name === line.channel);
        const member = channel?.members.find((key) => key !== "bot");
        if (!member) return `There is no channel #${line.channel}.`;
        slack.as(member).post(line.channel, line.text, { asBot: "Alert Bot" });
        return `An alert stands in #${line.channel}.`;
      }
      case "kill":
        await bot.kill();
        return "The bot was killed (kill -9); restart starts it again.";
      case "restart":
        await bot.stop();
        await sandbox.startBot();
        return `The bot runs again, as process ${bot.pid}.`;
      case "log":
        return (await readFile(sandbox.botLog, "utf8")).trim().split("\n").slice(-LOG_LINES).join("\n");
      case "action":
        return act(line.person, line.action);
      case "unclear":
        return line.why;
    }
  }

  return {
    close: feed.close,
    run: (typed) =>
      understand(typed).catch((error: unknown) => (error instanceof Error ? error.message : String(error))),
  };
}
