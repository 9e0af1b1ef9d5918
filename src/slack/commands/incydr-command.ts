import type { App } from "@slack/bolt";
import { NoSubjectNamedError } from "../../subjects/index.ts";
import { grantList } from "../messages/grant-list.ts";
import { helpMessage } from "../messages/help-message.ts";
import { type Message, shortMessage } from "../messages/message.ts";
import { bold, plain } from "../messages/rich-text.ts";
import { roleList } from "../messages/role-list.ts";
import { subjectCard } from "../messages/subject-card.ts";
import { readTypedText, withNames } from "../messages/typed-text.ts";
import { openBulk } from "../modals/open-bulk.ts";
import { openChange } from "../modals/open-change.ts";
import { REGISTRATIONS } from "../registrations.ts";
import type { SlackDeps } from "../slack-deps.ts";
import { answer, tellBy, tellRefusal } from "../tell.ts";
import { parseCommand } from "./parse-command.ts";

/** Everything that begins with `/incydr`. Acked before anything is looked up. */
export function registerIncydrCommand(app: App, deps: SlackDeps): void {
  app.command(REGISTRATIONS.commands[0], async ({ ack, command, respond }) => {
    await ack();
    const tell = tellBy(respond);
    const slackUserId = command.user_id;
    const parsed = parseCommand(readTypedText(command.text));
    switch (parsed.name) {
      case "help":
        return tell(helpMessage());
      case "user":
        return answer(deps, tell, async () => {
          const facts = await deps.lookUps.subject(slackUserId, parsed.who);
          return subjectCard(facts, {
            grants: await deps.grantDesk.ofSubject(slackUserId, facts),
            userLinkTemplate: deps.userLinkTemplate,
          });
        });
      case "grants":
        return answer(deps, tell, async () => {
          if (parsed.who === null) return grantList(await deps.grantDesk.all(slackUserId), null);
          const facts = await deps.lookUps.subject(slackUserId, parsed.who);
          return grantList(await deps.grantDesk.ofSubject(slackUserId, facts), facts.username);
        });
      case "roles":
        return answer(deps, tell, async () => roleList(await deps.lookUps.roles(slackUserId)));
      case "change":
        if (parsed.who === "") return tellRefusal(deps, tell, new NoSubjectNamedError());
        return openChange(deps, {
          slackUserId,
          place: { channelId: command.channel_id, threadTs: null },
          who: parsed.who,
          kind: parsed.kind,
          role: parsed.role,
          org: parsed.org,
          undoes: null,
          emergency: parsed.emergency ?? false,
          triggerId: command.trigger_id,
          tell,
        });
      case "can":
        return answer(deps, tell, async () => {
          const { allowed, lines } = await deps.explainPermission({ slackUserId, ...parsed });
          return shortMessage(allowed ? "Yes" : "No", ...lines.map((line) => [plain(line)]));
        });
      case "undo": {
        if (parsed.request === null) {
          const text = "Say which request is to be undone, such as /incydr undo CR-17.";
          return tell(shortMessage("Which request?", [plain(text)]));
        }
        return openChange(deps, {
          slackUserId,
          place: { channelId: command.channel_id, threadTs: null },
          ...{ who: "", kind: null, role: null, org: null, undoes: parsed.request },
          triggerId: command.trigger_id,
          tell,
        });
      }
      case "bulk":
        return openBulk(deps, {
          slackUserId,
          place: { channelId: command.channel_id, threadTs: null },
          kind: parsed.kind,
          triggerId: command.trigger_id,
          tell,
        });
      case "freeze":
        return answer(deps, tell, () => freeze(slackUserId, parsed.reason && withNames(parsed.reason)));
      case "unfreeze":
        return answer(deps, tell, async () => {
          await deps.freezeSwitch.unfreeze(slackUserId);
          return shortMessage("Changes go on", [bold("Changes to Incydr go on.")]);
        });
      case "unknown":
        return tell(
          shortMessage("Unknown command", [
            plain(`There is no “/incydr ${withNames(parsed.typed)}”. `),
            bold("/incydr help"),
            plain(" shows what there is."),
          ]),
        );
    }
  });

  async function freeze(slackUserId: string, reason: string | null): Promise<Message> {
    await deps.freezeSwitch.freeze(slackUserId, reason);
    return shortMessage(
      "Changes are frozen",
      [bold("🧊 Every change to Incydr is stopped, for everyone.")],
      [
        plain(
          "Look-ups go on. A change whose writing has begun already is still read back. A lead lets changes go on with /incydr unfreeze.",
        ),
      ],
    );
  }
}
