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

/** A delivery names a button, form, command, shortcut or menu that this version of the bot doesn't have. */
export class UnknownDeliveryError extends AppError<"unknown_delivery"> {
  constructor(what: string, id: string) {
    super("unknown_delivery", `This version of the bot has no ${what} “${id}”. The person was told so.`);
  }
}

/** The bot has no URL for an answer. */
export class NoResponseUrlError extends AppError<"no_response_url"> {
  constructor() {
    super("no_response_url", "The delivery has no response URL of Slack's.");
  }
}

/** A response URL returned a status of success, but a body that is no acceptance. */
export class AnswerNotTakenError extends AppError<"answer_not_taken"> {
  constructor() {
    super("answer_not_taken", "The response URL answered with a page or a refusal instead of Slack's ok.");
  }
}
