import { expect, it } from "vitest";
import type {
  ChangeRequest,
  JobFailure,
  Place,
  SubjectIdentity,
} from "../../../../src/change-requests/index.ts";
import { createDigestDisplay } from "../../../../src/slack/posting/reminder-digest-display.ts";
import { createRequestDisplay } from "../../../../src/slack/posting/request-messages.ts";
import type { SlackApi } from "../../../../src/slack/web-api/slack-api.ts";
import { someChannelRules, someRequest, someTarget, someView } from "../../../support/domain-objects.ts";
import { createMemoryPostedMessages } from "../../../support/memory-posted-messages.ts";
import { showingOn } from "../../../support/shown-requests.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

/** The place of a card that is a reply in a thread. */
const THREAD: Place = { channelId: "C0INC4711", threadTs: "10.1" };
const EMERGENCY = someRequest({
  id: 7,
  state: "approved",
  place: THREAD,
  emergency: { ratifyWithinHours: 24, escalateTo: ["insider-risk-leads"] },
});
const BULK: ChangeRequest = {
  ...EMERGENCY,
  emergency: null,
  targets: [someTarget({ username: "one@x.example" }), someTarget({ username: "two@x.example" })],
};
const STUCK: JobFailure = {
  ...{ key: "revoke 7", kind: "end_grants", requestId: 7, faults: 20, errorCode: "TypeError" },
  ...{ reference: "1a2b", givenUpAt: new Date(0) },
};
/** Displays that record the requested places, the subjects, and the places of their posts. */
async function setUp() {
  const asked: { readonly place: Place; readonly usernames: readonly string[] }[] = [];
  const posted: { readonly key: string; readonly place: Place }[] = [];
  const postedMessages = createMemoryPostedMessages();
  await postedMessages.begin("card:7", THREAD);
  await postedMessages.posted("card:7", "17.5", "shown");
  const shared = {
    poster: {
      find: async () => ({ ...THREAD, ts: "17.5", contentHash: "shown", begunAt: new Date(0) }),
      post: async (key: string, place: Place) => {
        posted.push({ key, place });
        return "18.5";
      },
      update: async () => true,
    },
    postedMessages,
  };
  const places = {
    findPlace: async (place: Place, subjects: readonly SubjectIdentity[]) => {
      asked.push({ place, usernames: subjects.map(({ username }) => username) });
      return { place, moved: null };
    },
    rules: someChannelRules({ isCardChannel: () => true }),
    channels: { facts: async () => null },
  };
  const request = showingOn({
    display: createRequestDisplay({
      ...shared,
      api: {} as SlackApi, // nothing of it is called
      tellDirectly: async () => {},
      log: () => {},
    }),
    ...places,
    people: directoryOf(),
  });
  const digest = createDigestDisplay({
    ...shared,
    ...places,
    findCard: async () => null,
    tellDirectly: async () => {},
    isOutage: () => false,
  });
  return { asked, posted, request, digest };
}

type Displays = Awaited<ReturnType<typeof setUp>>;

it.each<[what: string, request: ChangeRequest, show: (displays: Displays, of: ChangeRequest) => unknown]>([
  ["a card", EMERGENCY, ({ request }, of) => request.show(someView(of))],
  ["an announcement", EMERGENCY, ({ request }, of) => request.postThreadUpdate(someView(of), "approved:0.1")],
  ["the alarm of an emergency", EMERGENCY, ({ request }, of) => request.postAlert(someView(of), "begun")],
  [
    "the alarm of stuck work",
    BULK,
    ({ request }, of) => request.postAlert(someView(of, { failures: [STUCK] }), "stuck:1a2b"),
  ],
  [
    "a line of a digest",
    BULK,
    ({ digest }, of) =>
      digest.showDigest(3, [
        {
          ...{ request: of, step: "reminder", escalateTo: [], approvalsMissing: 1 },
          ...{ invitedApprovers: [], revoking: [] },
        },
      ]),
  ],
])("%s is posted where no subject of its request can read it", async (_what, request, show) => {
  const displays = await setUp();
  await show(displays, request);
  expect(displays.asked.length).toBeGreaterThan(0);
  for (const { usernames } of displays.asked)
    expect(usernames).toEqual(request.targets.map(({ username }) => username));
});

it("an announcement is posted in the thread of the message to which the card replies", async () => {
  const { request, posted } = await setUp();
  await request.postThreadUpdate(someView(EMERGENCY), "approved:0.1");
  expect(posted.map(({ place }) => place)).toEqual([THREAD]);
});
