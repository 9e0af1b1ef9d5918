import { chooseSubjectView } from "../../views/choose-subject-view.ts";
import { answerTo } from "../answering.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { ShortcutListener } from "../listener.ts";
import { tellNotOpened } from "../views/open-change.ts";
import { namesInMessage } from "./names-in-message.ts";

/** “Act on this user” in a message's menu: the request then lives in that message's thread. */
export const actOnUser: ShortcutListener = async (deps, { ack, shortcut, respond }) => {
  await ack();
  if (!(await isFirstDelivery(deps, shortcut))) return;
  const { channel, message, user, trigger_id } = shortcut;
  const threadTs = typeof message.thread_ts === "string" ? message.thread_ts : shortcut.message_ts;
  const place = { channelId: channel.id, threadTs };
  try {
    const draft = await deps.startDraft({ slackUserId: user.id, place, who: null, kind: null });
    const view = chooseSubjectView(draft.id, namesInMessage(message), {
      isFrozen: await deps.isFrozen(),
    });
    await deps.api.posting.views.open({ trigger_id, view });
  } catch (error) {
    await tellNotOpened(deps, answerTo(deps, { respond, slackUserId: user.id, place }), error);
  }
};
