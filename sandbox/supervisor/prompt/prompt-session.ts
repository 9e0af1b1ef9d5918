import { readFile } from "node:fs/promises";
import { HARBORLIGHT } from "../../slack/harborlight.ts";
import { describeWrite } from "../describe-write.ts";
import type { Sandbox } from "../start-sandbox.ts";
import { describeChannels, describePeople } from "../workspace-text.ts";
import { FAULT_SWITCHES, switchFaultsOff } from "./fault-switches.ts";
import { createFeed } from "./feed.ts";
import { HELP_TEXT } from "./help-text.ts";
import { type PersonAction, parseLine } from "./parse-line.ts";
import { isSameLabel, type OpenDialog, performAction } from "./perform-action.ts";

/** One session at the prompt. */
export interface PromptSession {
  /** Executes a line; resolves to the text to print, or to `null` for `quit`. */
  run(line: string): Promise<string | null>;
  close(): void;
}

const PEOPLE = HARBORLIGHT.people.map(({ key }) => key);
const CHANNELS = [...HARBORLIGHT.channels.map(({ name }) => name), "dm"];
const LOG_LINES = 15;
const NO_MODAL = "No modal is open.";

/** Creates a session in a running sandbox. `print` gets the news between two lines. */
export function createPromptSession(options: {
  sandbox: Pick<Sandbox, "slack" | "incydr" | "bot" | "botLog" | "startBot">;
  print: (text: string) => void;
}): PromptSession {
  const { sandbox, print } = options;
  const { slack, incydr, bot } = sandbox;
  const feed = createFeed({ channels: CHANNELS, print });
  /** The active faults. For a fault that ends by itself, the function says whether it has ended. */
  const switchedOn = new Map<string, (() => boolean) | undefined>();
  /** Open confirmation dialogs by person. */
  const dialogs = new Map<string, OpenDialog>();

  async function act(key: string, action: PersonAction): Promise<string> {
    const person = slack.as(key);
    const open = dialogs.get(key);
    if (action.does === "look") return lookAt(key, action.channel);
    if (action.does === "open") return contentOf(key, action.file);
    if (action.does === "modal") return open ? dialogText(key, open) : (person.modal()?.plain ?? NO_MODAL);
    if (open) return answer(key, open, action);
    feed.follow(person);
    const hadModal = person.modal() !== undefined;
    const { fault, dialog } = await performAction(person, action, CHANNELS);
    if (dialog) {
      dialogs.set(key, dialog);
      return dialogText(key, dialog);
    }
    // The client closes a modal by itself, so there is no answer to wait for.
    if (action.does !== "close") await feed.settled();
    const isClosed = hadModal && person.modal() === undefined;
    return fault ?? (isClosed ? `${key}'s modal is closed.` : "");
  }

  /** Answers a person's confirmation dialog, which in Slack covers the whole window. */
  async function answer(key: string, dialog: OpenDialog, action: PersonAction): Promise<string> {
    const { confirm, deny } = dialog.shown;
    const clicks = (label: string) => action.does === "click" && isSameLabel(label, action.button);
    if (!clicks(confirm) && !clicks(deny))
      return `First answer the confirmation: ${key} click ${confirm}, or ${key} click ${deny}.`;
    dialogs.delete(key);
    if (clicks(deny)) return "The bot was not told of the click.";
    const fault = await dialog.confirm();
    await feed.settled();
    return fault ?? "";
  }

  function lookAt(key: string, channel: string | null): string {
    const person = slack.as(key);
    if (channel !== null) return person.transcript(channel) || "(nothing)";
    const shown = CHANNELS.map((name) => [name, person.transcript(name)]).filter(([, text]) => text !== "");
    return shown.map(([name, text]) => `#${name}\n${text}`).join("\n\n") || "(nothing)";
  }

  function contentOf(key: string, name: string): string {
    const files = CHANNELS.flatMap((channel) => slack.as(key).sees(channel)).flatMap(({ files }) => files);
    return files.findLast((file) => file.name === name)?.content.trim() ?? `${key} sees no file “${name}”.`;
  }

  function switchFault(name: string | null): string {
    if (name === "off") {
      switchFaultsOff(sandbox);
      switchedOn.clear();
    } else if (name !== null) {
      const found = FAULT_SWITCHES.find((each) => each.name === name);
      if (!found)
        return `There is no fault “${name}”; there are: ${FAULT_SWITCHES.map((each) => each.name).join(", ")}.`;
      switchedOn.set(name, found.switchOn(sandbox));
    }
    const names = [...switchedOn].flatMap(([each, hasEnded]) => (hasEnded?.() ? [] : [each]));
    return names.length > 0 ? `Switched on: ${names.join(", ")}.` : "No fault is switched on.";
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
        return `Alert Bot has posted in #${line.channel}.`;
      }
      case "kill":
        if (bot.pid === null) return "The bot is not running. Type restart to start it.";
        await bot.kill();
        return "The bot was killed (kill -9). Type restart to start it again.";
      case "restart":
        await bot.stop();
        await sandbox.startBot();
        return `The bot runs again (process ${bot.pid}).`;
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

function dialogText(key: string, { shown }: OpenDialog): string {
  const { title, text, confirm, deny } = shown;
  return `${key}'s confirmation\n${`${title}\n${text}\n[${deny}] [${confirm}]`.replaceAll(/^/gm, "  ")}`;
}
