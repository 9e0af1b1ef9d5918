import type { RichTextSection } from "@slack/types";
import type { DigestLine } from "../../change-requests/index.ts";
import { persons } from "./invitation-texts.ts";
import { bullet, type Inline, plain } from "./rich-text.ts";

/** Requests that one list has; it says how many more there are. */
const MOST_LISTED = 20;
/** Characters of JSON that the lists of one message have together; Slack refuses messages from about 13,200 on. */
const ROOM = 10_800;
/** People of whom a list that has no room for their requests says at least that they are asked. */
const MOST_NAMED = 5;

/** Lists requests of a digest, a bullet each, as many as fit into what is left of the message. */
export type ListRequests = <T extends DigestLine>(
  of: readonly T[],
  contentOf: (line: T) => Inline[],
) => RichTextSection[];

/** Makes the lists of one message. */
export function listWithin(): ListRequests {
  let room = ROOM;
  return (of, contentOf) => {
    const listed: RichTextSection[] = [];
    for (const line of of.slice(0, MOST_LISTED)) {
      const item = bullet(...contentOf(line));
      room -= JSON.stringify(item).length;
      if (room < 0) break;
      listed.push(item);
    }
    const rest = of.slice(listed.length);
    if (rest.length === 0) return listed;
    const more =
      listed.length === 0 ? `${rest.length}, for which there is no room here` : `and ${rest.length} more`;
    const people = [...new Set(rest.flatMap(({ peopleToInvite }) => peopleToInvite))].slice(0, MOST_NAMED);
    const asked = people.length > 0 ? [plain(", asked: "), ...persons(people)] : [];
    return [...listed, bullet(plain(more), ...asked)];
  };
}
