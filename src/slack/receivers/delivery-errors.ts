import { AppError } from "../../kernel/errors.ts";

/** A delivery lacks a field that the bot needs, or the field can't be read. */
export class MalformedDeliveryError extends AppError<"malformed_delivery"> {
  /** @param path the field, such as `user.id` */
  constructor(type: string, path: string) {
    super(
      "malformed_delivery",
      `A delivery (${type}) was refused: the field “${path}” is missing or unreadable.`,
    );
  }
}

/** A request lacks Slack's signature, or its timestamp is not near the present time. */
export class UnsignedRequestError extends AppError<"unsigned_request"> {
  constructor() {
    super(
      "unsigned_request",
      "The request has no valid signature of Slack's, or its timestamp is not near the present time. If Slack sent it, check SLACK_SIGNING_SECRET and the clock.",
    );
  }
}

/** A delivery names a button, form, command, shortcut or menu that this version of the bot doesn't have. */
export class UnknownDeliveryError extends AppError<"unknown_delivery"> {
  constructor(what: string, id: string) {
    super("unknown_delivery", `This version of the bot has no ${what} “${id}”. The person was told so.`);
  }
}
