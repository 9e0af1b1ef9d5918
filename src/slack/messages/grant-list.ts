import type { KnownBlock } from "@slack/types";
import { type ListedPage, REQUESTS_ON_A_GRANT_PAGE } from "../../change-requests/index.ts";
import { quotedUsername } from "../../kernel/quoted-name.ts";
import { frozenLookUpLines } from "../texts/freeze-texts.ts";
import { listedGrantLine, moreGrantsText, type ShownGrant } from "../texts/grant-texts.ts";
import { pageText } from "../texts/list-texts.ts";
import { type Message, message, shortMessage } from "../texts/message.ts";
import { bold, lines, plain, richText } from "../texts/rich-text.ts";
import { pageButtons } from "./command-buttons.ts";
import { grantButtons } from "./grant-buttons.ts";

/** A page of the open temporary roles of `whom`, or of every user, with the buttons of each request that gave some. */
export function grantList(
  grants: readonly ShownGrant[],
  whom: string | null,
  { isFrozen, page }: { readonly isFrozen: boolean; readonly page?: ListedPage | undefined },
): Message {
  const of = whom === null ? "" : ` of ${quotedUsername(whom)}`;
  if (grants.length === 0) {
    const none =
      whom === null ? "There are no temporary roles." : `${quotedUsername(whom)} has no temporary roles.`;
    return shortMessage(none, ...frozenLookUpLines(isFrozen), [plain(none)]);
  }
  const title = `Temporary roles${of}`;
  const counted = page ? [[plain(pageText(page, grants.length, "temporary role"))]] : [];
  const blocks: KnownBlock[] = [richText(lines(...frozenLookUpLines(isFrozen), [bold(title)], ...counted))];
  const requests = byRequest(grants);
  for (const ofRequest of requests.slice(0, REQUESTS_ON_A_GRANT_PAGE)) {
    const byState = (["active", "revoking"] as const).map((state) =>
      ofRequest.filter((grant) => grant.state === state),
    );
    const shown = byState.filter(({ length }) => length > 0);
    blocks.push(
      richText(
        lines(...shown.map((same) => listedGrantLine(same, { withSubject: whom === null, isFrozen }))),
      ),
    );
    const buttons = grantButtons(ofRequest, { isFrozen });
    if (buttons.length > 0) blocks.push({ type: "actions", elements: buttons });
  }
  // An answer of an earlier version has up to 50 requests, and no pages.
  const isCut = requests.length > REQUESTS_ON_A_GRANT_PAGE || (page?.isMore && page.next === null);
  if (isCut) blocks.push(richText(lines(moreGrantsText())));
  if (page) blocks.push(...pageButtons(page));
  return message(title, blocks);
}

function byRequest(grants: readonly ShownGrant[]): readonly (readonly ShownGrant[])[] {
  const requests = new Map<number, ShownGrant[]>();
  for (const grant of grants)
    requests.set(grant.requestId, [...(requests.get(grant.requestId) ?? []), grant]);
  return [...requests.values()];
}
