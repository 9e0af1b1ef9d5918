import { asJson, canonicalJson, uuidOf } from "../../kernel/canonical-json.ts";

/** The fields by which two deliveries are the same one: Slack repeats a delivery with the same ids. */
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

/** The same id for the same command, click, shortcut, submission or closing, however often it is delivered. */
export function deliveryId(body: object): string {
  const fields = new Map(Object.entries(body));
  const values = FIELDS.map((field) => asJson(fields.get(field) ?? null));
  return uuidOf(`delivery ${canonicalJson(values)}`);
}
