import { asJson, canonicalJson, uuidOf } from "../../kernel/canonical-json.ts";

/** The fields that identify a delivery. Slack repeats a delivery with the same values. */
const FIELDS = [
  "type",
  "command",
  "text",
  "user",
  "user_id",
  "channel_id",
  "trigger_id",
  "callback_id",
  "message_ts",
  "actions",
  "view",
] as const;

/** An id that is the same for each repetition of a command, click, shortcut, submission or closing. */
export function deliveryId(body: object): string {
  const fields = new Map(Object.entries(body));
  const values = asJson(FIELDS.map((field) => fields.get(field) ?? null));
  return uuidOf(`delivery ${canonicalJson(values)}`);
}
