import type { Message } from "../slack/driver/message-view.ts";

/** An audit entry, from its text in the audit channel. */
export interface AuditLine {
  readonly seq: number;
  /** Kind, request, actor and subject. They are the same in every run. */
  readonly text: string;
}

const LINE = /^• #(?<seq>\d+) (?<kind>\S+)(?<rest>.*)$/;
/** The form in which the simulated client shows a time. */
const MOMENT = / · [A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d{2} [AP]M.*$/;

/** The entries in the audit channel's messages, in order. A message can have several. */
export function auditLines(messages: readonly Message[]): AuditLine[] {
  return messages
    .filter(({ isBot }) => isBot)
    .flatMap(({ plain }) => plain.split("\n"))
    .flatMap((line) => {
      const { seq, kind, rest } = LINE.exec(line)?.groups ?? {};
      return seq === undefined ? [] : [{ seq: Number(seq), text: `${kind}${rest?.replace(MOMENT, "")}` }];
    });
}
