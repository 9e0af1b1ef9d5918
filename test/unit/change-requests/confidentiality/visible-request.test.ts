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
import {
  type ChangeRequest,
  createVisibleRequest,
  type Transaction,
} from "../../../../src/change-requests/index.ts";
import { UnmappedOperatorError } from "../../../../src/subjects/index.ts";
import { someLead, someRequest, someTarget } from "../../../support/domain-objects.ts";

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
  const stored = { requests: { get: async () => request } } as unknown as Transaction;
  const visibleRequest = createVisibleRequest({
    directory,
    operatorMap: new Map(Object.entries(setting.mapped ?? {})),
    identify: async (person) => {
      if (userId === null) throw new IdentityUnavailableError(null);
      if (userId === "none") throw new UnmappedOperatorError(person);
      return userId;
    },
    uow: { run: (work) => work(stored), read: (work) => work(stored) },
  });
  return visibleRequest(1, THEO.slackUserId, { isForForm: setting.isForForm ?? false });
}

/** The answer to Theo about CR-1. */
const toldTheo = (setting: Setting): Promise<string> =>
  readForTheo(setting).then(
    () => "the request",
    (error: Error) => error.message,
  );

const HIDDEN = "There is no CR-1 that you can see.";

describe("a request is as one that doesn't exist", () => {
  test.for<[string, Setting]>([
    ["where there is none", { request: null }],
    [
      "for a subject by a stored Slack id",
      { request: someRequest({ targets: [{ ...NADIA, slackUserIds: [THEO.slackUserId] }] }) },
    ],
    ["for a subject by a current Slack id", { idsByEmail: async () => [THEO.slackUserId] }],
    ["for a subject by e-mail in any case", { email: "Nadia.Petrov@Harborlight.example" }],
    ["for a subject by their Incydr user, renamed since", { userId: NADIA.userId }],
    [
      "for somebody mapped to the subject's username, while Incydr doesn't answer and a form is to be opened",
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
      "for its requester, who has the subject's address by now",
      { email: NADIA.username, request: someRequest({ targets: [NADIA], requester: THEO_REF }) },
    ],
    [
      "for its requester, whose account was the subject's, while Slack doesn't answer",
      {
        person: () => Promise.reject(new DirectoryUnavailableError(null)),
        request: someRequest({
          targets: [{ ...NADIA, slackUserIds: [THEO.slackUserId] }],
          requester: THEO_REF,
        }),
      },
    ],
    [
      "for its requester, who was the subject's Incydr user, while Slack doesn't know them",
      {
        person: () => Promise.reject(new UnknownPersonError(THEO.slackUserId)),
        request: someRequest({ targets: [NADIA], requester: { ...THEO_REF, userId: NADIA.userId } }),
      },
    ],
    [
      "for somebody who may have the account that Slack refuses to look up",
      { userId: "none", idsByEmail: () => Promise.reject(new AddressRefusedError(null)) },
    ],
  ])("%s", async ([, setting]) => {
    expect(await toldTheo(setting)).toBe(HIDDEN);
  });
});

test.for<[string, Setting]>([
  ["somebody else", {}],
  ["somebody who is no Incydr user", { userId: "none" }],
  [
    "another Incydr user than the one whose account Slack refuses to look up",
    { idsByEmail: () => Promise.reject(new AddressRefusedError(null)) },
  ],
  [
    "somebody who is to be asked for a reason, while Incydr doesn't answer",
    { userId: null, isForForm: true },
  ],
  [
    "the requester, while Slack doesn't answer",
    {
      person: () => Promise.reject(new DirectoryUnavailableError(null)),
      request: someRequest({ targets: [NADIA], requester: THEO }),
    },
  ],
  [
    "the requester, while Incydr doesn't answer",
    {
      userId: null,
      request: someRequest({ targets: [NADIA], requester: { ...THEO, userId: "user-theo" } }),
    },
  ],
])("a request is visible to %s", async ([, setting]) => {
  expect(await toldTheo(setting)).toBe("the request");
});

test("the log tells what is hidden from its subject from what doesn't exist", async () => {
  const targets = [{ ...NADIA, slackUserIds: [THEO.slackUserId] }];
  const asked = [someRequest({ targets }), someRequest({ targets, requester: THEO_REF }), null];
  const answers = asked.map((request) => readForTheo({ request }).catch((error: unknown) => error));
  expect(await Promise.all(answers)).toMatchObject([
    { code: "hidden_from_subject" },
    { code: "hidden_from_subject" },
    { code: "request_not_found" },
  ]);
});

test("an outage of Incydr is answered alike, whether there is a request or not", async () => {
  const subject = someRequest({ targets: [{ ...NADIA, slackUserIds: [THEO.slackUserId] }] });
  const answers = await Promise.all(
    [null, subject, someRequest()].map((request) => toldTheo({ userId: null, request })),
  );
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toContain("could not be asked");
});

test("an outage of Slack is left to the authorizer, unless there is nothing to ask it about", async () => {
  const person = () => Promise.reject(new DirectoryUnavailableError(null));
  expect(await toldTheo({ person })).toBe("the request");
  expect(await toldTheo({ person, request: null })).toContain("Slack could not be asked");
});

test("the account of somebody who names a request is at most half a minute old, whatever groups Slack can't show", async () => {
  const asked: Freshness[] = [];
  const person: PeopleDirectory["person"] = async (_id, freshness) => {
    asked.push(freshness);
    return THEO;
  };
  await toldTheo({ person });
  expect(asked).toEqual([{ ...FRESH, everyGroup: false }]);
});
