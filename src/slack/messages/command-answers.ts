import { quotedUsername } from "../../kernel/quoted-name.ts";
import { frozenLookUpLines } from "../texts/freeze-texts.ts";
import { openGrantLines, type ShownGrant } from "../texts/grant-texts.ts";
import { type Message, message, shortMessage } from "../texts/message.ts";
import { bold, lines, plain, richText } from "../texts/rich-text.ts";

/** The open temporary roles of `whom`, or of every user. */
export function grantList(
  grants: readonly ShownGrant[],
  whom: string | null,
  { isFrozen }: { isFrozen: boolean },
): Message {
  const of = whom === null ? "" : ` of ${quotedUsername(whom)}`;
  if (grants.length === 0) {
    const none =
      whom === null ? "There are no temporary roles." : `${quotedUsername(whom)} has no temporary roles.`;
    return shortMessage(none, ...frozenLookUpLines(isFrozen), [plain(none)]);
  }
  const title = `Temporary roles${of}`;
  return message(title, [
    richText(
      lines(...frozenLookUpLines(isFrozen), [bold(title)]),
      openGrantLines(grants, { withSubject: whom === null, isFrozen }),
    ),
  ]);
}
