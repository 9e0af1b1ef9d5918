import { uuidOf } from "../../../kernel/canonical-json.ts";
import { withNames } from "../../texts/typed-text.ts";
import { type CommandContext, command } from "./command.ts";
import { keyword } from "./command-words.ts";

export const freeze = command({
  parse: (argument) => ({ reason: argument || null }),
  run: (context, { reason }) =>
    context.reply(
      async () => {
        const { deps, slackUserId } = context;
        const shown = reason && withNames(reason);
        const frozen = await deps.freezeSwitch.freeze(slackUserId, shown, attemptId(context));
        return frozen === "repeated" ? null : { kind: "frozen" };
      },
      { isLookUp: false },
    ),
});

export const unfreeze = command({
  parse: () => ({}),
  run: (context) =>
    context.reply(
      async () => {
        const { deps, slackUserId } = context;
        const unfrozen = await deps.freezeSwitch.unfreeze(slackUserId, attemptId(context));
        return unfrozen === "repeated" ? null : { kind: "unfrozen", ...unfrozen };
      },
      { isLookUp: false },
    ),
});

/** The help for all commands, or for the one that `of` names. */
export const help = command({
  parse: (argument) => ({ of: keyword(argument.split(/\s+/, 1)[0] ?? "") || null }),
  run: ({ sendAnswer }, { of }) => sendAnswer({ kind: "help", of }),
});

/** The buttons of the most frequent commands. */
export const menu = command({
  parse: () => ({}),
  run: ({ sendAnswer }) => sendAnswer({ kind: "menu" }),
});

function attemptId({ triggerId, slackUserId }: CommandContext): string {
  return uuidOf(`freeze ${triggerId} ${slackUserId}`);
}
