import type { FileDelivery } from "../../change-requests/index.ts";
import { fileComment } from "../texts/bulk-texts.ts";
import { reportRows } from "../texts/report-rows.ts";
import type { PostingDeps } from "./posted-messages.ts";
import { createSendFile } from "./send-file.ts";
import { toCsv } from "./to-csv.ts";

/** Sends files about requests and bulks by direct message. */
export function createFileDelivery(deps: PostingDeps): FileDelivery {
  const sendFile = createSendFile(deps);
  return {
    deliver: (key, slackUserId, { name, holds }) =>
      sendFile(key, slackUserId, async () => ({
        name,
        bytes: Buffer.from(toCsv(reportRows(holds)), "utf8"),
        comment: fileComment(holds),
      })),
  };
}
