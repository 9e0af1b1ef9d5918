import type { Grant } from "../../change-requests/index.ts";
import { quotedUsername } from "../../kernel/quoted-name.ts";
import { frozenLookUpLines } from "../texts/freeze-texts.ts";
import { openGrantLines } from "../texts/grant-texts.ts";
import { type Message, message, shortMessage } from "../texts/message.ts";
import { bold, lines, plain, richText } from "../texts/rich-text.ts";

/** Roles that are given for a limited time now, of `whom` or of everybody. */
export function grantList(
  grants: readonly Grant[],
  whom: string | null,
  { isFrozen }: { isFrozen: boolean },
): Message {
  const of = whom === null ? "" : ` to ${quotedUsername(whom)}`;
  if (grants.length === 0) {
    const none = `No role is given${of} for a limited time at the moment.`;
    return shortMessage(none, ...frozenLookUpLines(isFrozen), [plain(none)]);
  }
  const title = `Roles that are given${of} for a limited time`;
  return message(title, [
    richText(
      lines(...frozenLookUpLines(isFrozen), [bold(title)]),
      openGrantLines(grants, { withSubject: whom === null, isFrozen }),
    ),
  ]);
}
