import type { ActionsBlock } from "@slack/types";
import type { ListedPage } from "../../change-requests/index.ts";
import { commandButton } from "./help-messages.ts";

/** The buttons for the pages beside a page, in a block each: all of them have the same action id. */
export function pageButtons(
  labels: { readonly previous: string; readonly next: string },
  page: Pick<ListedPage, "previous" | "next">,
): ActionsBlock[] {
  return (["previous", "next"] as const).flatMap((way): ActionsBlock[] => {
    const command = page[way];
    return command === null ? [] : [{ type: "actions", elements: [commandButton(labels[way], command)] }];
  });
}
