import {
  ErrorCode,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from "@slack/web-api";
import { describe, expect, test } from "vitest";
import { errorCodeOf, isOutage } from "../../../src/app/is-outage.ts";
import { SlackUnreachableError } from "../../../src/app/read-bot-identity.ts";
import {
  AddressRefusedError,
  DirectoryUnavailableError,
  GroupGoneError,
  IdentityUnavailableError,
  PoliciesDifferError,
  UnknownPersonError,
} from "../../../src/authorization/index.ts";
import {
  ForbiddenTransitionError,
  NowhereToPostError,
  RequestNotFoundError,
  SubjectBusyError,
} from "../../../src/change-requests/index.ts";
import { IncydrError, type IncydrErrorCode } from "../../../src/incydr/index.ts";
import { isContentRefused } from "../../../src/slack/index.ts";
import { FileTransferError } from "../../../src/slack/web-api/slack-outage.ts";

const refused = (error: string) => new WebAPIPlatformError({ ok: false, error });
const http = (status: number) => new WebAPIHTTPError(status, "", {});
const sql = (code: string) => Object.assign(new Error("refused by the database"), { code });
const incydr = (code: IncydrErrorCode) => new IncydrError(code, "no", { sent: "no" });
/** Whether the same call to Incydr can succeed later, by the code of its error. */
const INCYDR_OUTAGES: Readonly<Record<IncydrErrorCode, boolean>> = {
  not_found: false,
  ambiguous: false,
  forbidden: true,
  unauthorized: true,
  legal_hold: false,
  rate_limited: true,
  invalid: false,
  conflict: false,
  unavailable: true,
  timed_out: true,
  aborted: true,
  outcome_unknown: true,
  roles_ignored: false,
  unexpected_answer: true,
};
const incydrErrors = (areOutages: boolean) =>
  (Object.keys(INCYDR_OUTAGES) as IncydrErrorCode[]) // the keys of the record
    .filter((code) => INCYDR_OUTAGES[code] === areOutages)
    .map((code): [string, unknown] => [`Incydr's ${code}`, incydr(code)]);
const caused = (cause: unknown) => new Error("a wrapper", { cause });

describe("an outage is", () => {
  test.for<[string, unknown]>([
    ["a connection to Slack that breaks", new WebAPIRequestError(new Error("socket hang up"))],
    ["Slack's rate limit", new WebAPIRateLimitedError(30)],
    ["a 503 of Slack", http(503)],
    ["a 429 of a proxy", http(429)],
    ...[204, 404, 410].map((status): [string, unknown] => [`a ${status} of a proxy`, http(status)]),
    ["an unknown answer to a start", new SlackUnreachableError("new", { cause: refused("new") })],
    ...[
      ...["is_archived", "channel_not_found", "not_in_channel", "restricted_action_read_only_channel"],
      ...["restricted_action", "missing_scope", "invalid_auth", "token_revoked", "account_inactive"],
      ...["ratelimited", "internal_error", "fatal_error", "service_unavailable", "accesslimited"],
    ].map((code): [string, unknown] => [`Slack's ${code}`, refused(code)]),
    ["a file host that doesn't answer", new FileTransferError("no answer", null)],
    ["a file host that answers 502", new FileTransferError("HTTP 502", 502)],
    ["no channel in which a request may be shown now", new NowhereToPostError("archived")],
    [
      "a directory that Slack doesn't let be read",
      new DirectoryUnavailableError(refused("plan_upgrade_required")),
    ],
    [
      "a directory that is not reached",
      new DirectoryUnavailableError(new WebAPIRequestError(new Error("x"))),
    ],
    ["a directory that lacks a scope", new DirectoryUnavailableError(refused("missing_scope"))],
    ["a group of the policies that is gone", new GroupGoneError(["leads"])],
    ["a read-only database", sql("25006")],
    ["a database that shuts down", caused(sql("57P01"))],
    ["a serialization failure", sql("40001")],
    ["a refused connection", sql("ECONNREFUSED")],
    ["a pool that was ended", new Error("Cannot use a pool after calling end on the pool")],
    ...incydrErrors(true),
    ["an error of Incydr as the cause of another error", caused(incydr("timed_out"))],
    ["an identity that Incydr can't tell", new IdentityUnavailableError(incydr("timed_out"))],
    ["an identity that Incydr doesn't tell for an unknown reason", new IdentityUnavailableError(null)],
    ["policies that are being changed", new PoliciesDifferError("a", "b")],
    ["another write to the subject", new SubjectBusyError()],
    ["a process that stops", Object.assign(new Error("stopped"), { name: "AbortError" })],
    ["one of these as the cause of another error", caused(caused(refused("is_archived")))],
  ])("%s", ([, error]) => {
    expect(isOutage(error)).toBe(true);
  });
});

describe("a fault is", () => {
  test.for<[string, unknown]>([
    ["a bug", new TypeError("Cannot read properties of undefined")],
    ["a bug while Slack's answer is read", new DirectoryUnavailableError(new TypeError("no id"))],
    ["a thrown text", "thrown text"],
    ["a look-up that Slack refuses", new AddressRefusedError(refused("invalid_arguments"))],
    ["a directory whose call Slack refuses", new DirectoryUnavailableError(refused("invalid_arguments"))],
    ["blocks that Slack refuses", refused("invalid_blocks")],
    ["a message that is too long", refused("msg_too_long")],
    ["an unknown error of Slack", refused("something_new")],
    ["a 400 of Slack", http(400)],
    ["a request that is too large", http(413)],
    ["a violated constraint", sql("23505")],
    ["a column that is not there", sql("42703")],
    ["a request that is not there", new RequestNotFoundError(7)],
    ["a forbidden transition", new ForbiddenTransitionError("done", "cancel")],
    ["a person whom Slack doesn't know", new UnknownPersonError("U1")],
    ...incydrErrors(false),
  ])("%s", ([, error]) => {
    expect(isOutage(error)).toBe(false);
  });
});

test("a message's content is refused by the codes that speak of it, and by no other", () => {
  for (const code of [
    "invalid_blocks",
    "msg_too_long",
    "msg_blocks_too_long",
    "metadata_too_large",
    "no_text",
  ])
    expect(isContentRefused(refused(code)), code).toBe(true);
  for (const error of [
    refused("is_archived"),
    refused("ratelimited"),
    http(500),
    new Error("invalid_blocks"),
  ])
    expect(isContentRefused(error)).toBe(false);
});

test("a failure is named by a code and never by its text", () => {
  expect(errorCodeOf(new DirectoryUnavailableError(refused("missing_scope")))).toBe("missing_scope");
  expect(errorCodeOf(http(503))).toBe("http_503");
  expect(errorCodeOf(new WebAPIRequestError(new Error("x")))).toBe(ErrorCode.RequestError);
  expect(errorCodeOf(caused(sql("25006")))).toBe("25006");
  expect(errorCodeOf(new Error("Connection terminated unexpectedly"))).toBe("no_answer");
  expect(errorCodeOf(incydr("timed_out"))).toBe("timed_out");
  expect(errorCodeOf(new TypeError("Nadia Petrov"))).toBe("TypeError");
  expect(errorCodeOf(sql("a text with a name"))).toBe("unknown");
  expect(errorCodeOf("Nadia Petrov")).toBe("unknown");
});
