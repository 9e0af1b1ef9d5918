import { describe, expect, test } from "vitest";
import {
  AddressRefusedError,
  DirectoryUnavailableError,
  FRESH,
  type Freshness,
  IdentityUnavailableError,
  type PeopleDirectory,
  UnknownPersonError,
} from "../../../../src/authorization/index.ts";
import { type ChangeRequest, createVisibleRequest } from "../../../../src/change-requests/index.ts";
import { UnmappedOperatorError } from "../../../../src/subjects/index.ts";
import { someLead, someRequest, someTarget } from "../../../support/domain-objects.ts";
import { uowOf } from "../../../support/stub-ports.ts";

const NADIA = someTarget({ slackUserIds: [] });
const THEO = someLead();
const THEO_REF = { slackUserId: THEO.slackUserId, email: THEO.email, userId: "user-theo" };

interface Setting {
  readonly email?: string | null;
  /** Theo's Incydr user; `null` if Incydr doesn't answer, "none" if he is none. */
  readonly userId?: string | null;
  readonly request?: ChangeRequest | null;
  /** Usernames by Slack id. */
  readonly mapped?: Readonly<Record<string, string>>;
  readonly isForForm?: boolean;
  readonly isLastCheck?: boolean;
  readonly idsByEmail?: PeopleDirectory["idsByEmail"];
  readonly person?: PeopleDirectory["person"];
}

/** Reads CR-1 for Theo. */
async function readForTheo(setting: Setting): Promise<ChangeRequest> {
  const { email = THEO.email, userId = "user-theo", request = someRequest({ targets: [NADIA] }) } = setting;
  const directory: PeopleDirectory = {
    person: setting.person ?? (async () => ({ ...THEO, email })),
    idsByEmail: setting.idsByEmail ?? (async () => ["U0NADIA"]),
  };
  const visibleRequest = createVisibleRequest({
    directory,
    operatorMap: new Map(Object.entries(setting.mapped ?? {})),
    identify: async (person) => {
      if (userId === null) throw new IdentityUnavailableError(null);
      if (userId === "none") throw new UnmappedOperatorError(person);
      return userId;
    },
    uow: uowOf({ requests: { get: async () => request } }),
  });
  const { isForForm = false, isLastCheck = false } = setting;
  return visibleRequest(1, THEO.slackUserId, { isForForm, isLastCheck });
}

/** The answer to Theo about CR-1. */
const toldTheo = (setting: Setting): Promise<string> =>
  readForTheo(setting).then(
    () => "the request",
    (error: Error) => error.message,
  );

const HIDDEN = "There is no CR-1 that you can see.";

const ABOUT_THEO = [{ ...NADIA, slackUserIds: [THEO.slackUserId] }];
const SLACK_IS_AWAY = { person: () => Promise.reject(new DirectoryUnavailableError(null)) };
const ADDRESS_IS_REFUSED = { idsByEmail: () => Promise.reject(new AddressRefusedError(null)) };

describe("a request that a person may not see", () => {
  test.for<[string, Setting]>([
    ["if there is none", { request: null }],
    ["for a subject by a stored Slack id", { request: someRequest({ targets: ABOUT_THEO }) }],
    ["for a subject by a current Slack id", { idsByEmail: async () => [THEO.slackUserId] }],
    ["for a subject by an e-mail in any case", { email: "Nadia.Petrov@Harborlight.example" }],
    [
      "for a subject by a username in any case",
      {
        email: NADIA.username,
        request: someRequest({ targets: [{ ...NADIA, username: NADIA.username.toUpperCase() }] }),
      },
    ],
    ["for a renamed subject by their Incydr user", { userId: NADIA.userId }],
    [
      "for a person mapped to the subject's username, before a form opens and while Incydr doesn't answer",
      { userId: null, isForForm: true, mapped: { [THEO.slackUserId]: NADIA.username.toUpperCase() } },
    ],
    [
      "for one subject of many",
      {
        request: someRequest({
          targets: [NADIA, someTarget({ position: 1, userId: "user-theo", username: "old@x.example" })],
        }),
      },
    ],
    [
      "for one subject of many by a current Slack id",
      {
        request: someRequest({ targets: [NADIA, someTarget({ position: 1, username: "last@x.example" })] }),
        idsByEmail: async (email) => (email === "last@x.example" ? [THEO.slackUserId] : ["U0NADIA"]),
      },
    ],
    [
      "for its requester with the subject's address",
      { email: NADIA.username, request: someRequest({ targets: [NADIA], requester: THEO_REF }) },
    ],
    [
      "for its requester with an account of the subject, while Slack doesn't answer",
      { ...SLACK_IS_AWAY, request: someRequest({ targets: ABOUT_THEO, requester: THEO_REF }) },
    ],
    [
      "for its requester, who was the subject's Incydr user, if Slack doesn't know them",
      {
        person: () => Promise.reject(new UnknownPersonError(THEO.slackUserId)),
        request: someRequest({ targets: [NADIA], requester: { ...THEO_REF, userId: NADIA.userId } }),
      },
    ],
    [
      "for a person without an Incydr user, if Slack refuses the address",
      { userId: "none", ...ADDRESS_IS_REFUSED },
    ],
  ])("no request is found %s", async ([, setting]) => {
    expect(await toldTheo(setting)).toBe(HIDDEN);
  });
});

test.for<[string, Setting]>([
  ["another person", {}],
  ["a person without an Incydr user", { userId: "none" }],
  ["another Incydr user, if Slack refuses the subject's address", ADDRESS_IS_REFUSED],
  ["a person before a form opens, while Incydr doesn't answer", { userId: null, isForForm: true }],
  [
    "the requester while Slack doesn't answer",
    { ...SLACK_IS_AWAY, request: someRequest({ targets: [NADIA], requester: THEO }) },
  ],
  [
    "the requester while Incydr doesn't answer",
    { userId: null, request: someRequest({ targets: [NADIA], requester: THEO_REF }) },
  ],
])("a request is visible to %s", async ([, setting]) => {
  expect(await toldTheo(setting)).toBe("the request");
});

test("the log tells a hidden request from one that doesn't exist", async () => {
  const targets = ABOUT_THEO;
  const asked = [someRequest({ targets }), someRequest({ targets, requester: THEO_REF }), null];
  const answers = asked.map((request) => readForTheo({ request }).catch((error: unknown) => error));
  expect(await Promise.all(answers)).toMatchObject([
    { code: "hidden_from_subject" },
    { code: "hidden_from_subject" },
    { code: "request_not_found" },
  ]);
});

test("the answer in an outage of Incydr does not tell whether there is a request", async () => {
  const subject = someRequest({ targets: ABOUT_THEO });
  const answers = await Promise.all(
    [null, subject, someRequest()].map((request) => toldTheo({ userId: null, request })),
  );
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toContain("could not read from Incydr");
});

test("an outage of Slack is left to the authorizer, unless there is no request", async () => {
  expect(await toldTheo(SLACK_IS_AWAY)).toBe("the request");
  expect(await toldTheo({ ...SLACK_IS_AWAY, request: null })).toContain(
    "The bot could not read from Slack who you are",
  );
});

test("an outage of Slack is thrown if no other check follows, whether or not there is a request", async () => {
  for (const request of [null, someRequest({ targets: ABOUT_THEO }), someRequest()])
    expect(await toldTheo({ ...SLACK_IS_AWAY, request, isLastCheck: true })).toContain(
      "The bot could not read from Slack who you are",
    );
});

test("the account of a person who names a request is at most half a minute old, without every group", async () => {
  const asked: Freshness[] = [];
  const person: PeopleDirectory["person"] = async (_id, freshness) => {
    asked.push(freshness);
    return THEO;
  };
  await toldTheo({ person });
  expect(asked).toEqual([{ ...FRESH, everyGroup: false }]);
});
