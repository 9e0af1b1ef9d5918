import { WebAPIPlatformError } from "@slack/web-api";
import { describe, expect, it } from "vitest";
import { type AuditEntry, type AuditEvent, EMPTY_CHAIN, link } from "../../../../src/audit/index.ts";
import {
  createEntryPlaces,
  createSubjectsOfEntries,
  type FindPlace,
  NowhereToPostError,
  type Place,
  type SubjectIdentity,
} from "../../../../src/change-requests/index.ts";
import { IncydrError } from "../../../../src/incydr/index.ts";
import { createAuditSink } from "../../../../src/slack/posting/audit-sink.ts";
import type { Poster } from "../../../../src/slack/posting/post-once.ts";
import { someChannelRules } from "../../../support/domain-objects.ts";
import { readable } from "../block-texts.ts";
import { createNotingPoster } from "../noting-poster.ts";

const NADIA = "nadia.petrov@harborlight.example";
const RESTRICTED: Place = { channelId: "C0RESTRICT", threadTs: null };
/** The targets of stored requests. */
const STORED = new Map<number, readonly SubjectIdentity[]>([
  [7, [{ userId: "12", username: NADIA, slackUserIds: ["U0NADIA"] }]],
  [8, [{ userId: "13", username: "dario@harborlight.example", slackUserIds: ["U0DARIO"] }]],
]);
const subjectsOf = createSubjectsOfEntries({ identitiesOf: async () => STORED });

/** A chain of audit entries of Maya's rejected attempts, with these fields. */
function chained(...events: readonly Partial<AuditEvent>[]): AuditEntry[] {
  const made: AuditEntry[] = [];
  for (const event of events)
    made.push(
      link(made.at(-1) ?? EMPTY_CHAIN, {
        kind: "attempt.rejected",
        at: new Date(0),
        actor: { slackUserId: "U0MAYA", email: null },
        requestId: null,
        subject: null,
        policyHash: null,
        details: {},
        ...event,
      }),
    );
  return made;
}

const lookUpOf = (subject: string) =>
  ({ kind: "subject.looked_up", subject, details: { reason: "the secret" } }) as const;
const LISTING = { kind: "subject.looked_up", details: { count: 21 } } as const;

const anywhere: FindPlace = async (place) => ({ place, moved: null });

/** Finds places as if Nadia were a member of the audit channel, and of no restricted channel. */
const withNadia: FindPlace = async (place, subjects) =>
  subjects.some(({ username }) => username === NADIA)
    ? { place: RESTRICTED, moved: "subject_present" }
    : { place, moved: null };

/** Finds places where nothing about a subject can be posted, for this reason. */
const failingWith =
  (error: Error): FindPlace =>
  async (place, subjects) => {
    if (subjects.length > 0) throw error;
    return { place, moved: null };
  };

/** A sink that posts where `findPlace` says. */
function sinkThat(findPlace: FindPlace, parts: Partial<Poster> = {}) {
  const { poster, posted } = createNotingPoster();
  const sink = createAuditSink({
    poster: { ...poster, ...parts },
    places: createEntryPlaces({ findPlace, subjectsOf, rules: someChannelRules() }),
  });
  /** Everything that was posted in a channel. */
  const readIn = (channelId: string) =>
    posted
      .filter(({ place }) => place.channelId === channelId)
      .map(({ message }) => `${message.text}\n${readable(message.blocks)}`)
      .join("\n");
  return { sink, posted, readIn };
}

/** The subjects for which a place is asked when these entries are published. */
async function askedFor(entries: readonly AuditEntry[]): Promise<SubjectIdentity[]> {
  const asked: SubjectIdentity[] = [];
  const { sink } = sinkThat(async (place, subjects) => {
    asked.push(...subjects);
    return { place, moved: null };
  });
  await sink.publish(entries);
  return asked;
}

it("a batch is posted under its first number, and entries about a member in the restricted channel alone", async () => {
  const { sink, posted, readIn } = sinkThat(withNadia);
  await sink.publish(chained(LISTING, lookUpOf(NADIA.toUpperCase()), lookUpOf(NADIA)));
  expect(posted).toMatchObject([
    { key: "audit:2+3:restricted", place: { channelId: "C0RESTRICT" } },
    { key: "audit:1", place: { channelId: "C0AUDIT" } },
  ]);
  expect(readIn("C0RESTRICT")).toContain("the secret");
  expect(readIn("C0AUDIT")).toContain("#1 subject.looked_up");
  expect(readIn("C0AUDIT")).toMatch(/#2 withheld[\s\S]*#3 withheld/);
  expect(readIn("C0AUDIT")).not.toContain("the secret");
  expect(readIn("C0AUDIT").toLowerCase()).not.toContain(NADIA);
});

it.each<[what: string, event: Partial<AuditEvent>]>([
  ["a request of which a member is a target", { requestId: "CR-7", subject: "other@harborlight.example" }],
  ["a request beside which a member's is open", { requestId: "CR-8", details: { othersOpen: ["CR-7"] } }],
  ["a list that names a member", { kind: "subjects.looked_up", details: { usernames: ["x@y.z", NADIA] } }],
])("an entry about %s goes to the restricted channel alone", async (_what, event) => {
  const { sink, readIn } = sinkThat(withNadia);
  await sink.publish(chained({ ...event, details: { ...event.details, note: "the secret" } }));
  expect(readIn("C0RESTRICT")).toContain("the secret");
  expect(readIn("C0AUDIT")).not.toContain("the secret");
  expect(readIn("C0AUDIT")).not.toContain("CR-");
});

it("an entry about another request stays in the audit channel", async () => {
  const { sink, readIn } = sinkThat(withNadia);
  await sink.publish(chained({ requestId: "CR-7" }, { requestId: "CR-8" }));
  expect(readIn("C0AUDIT")).toMatch(/#1 withheld[\s\S]*#2 attempt.rejected CR-8/);
});

it("a place is asked for the Slack ids that are stored with a request, and for a mentioned account", async () => {
  expect(await askedFor(chained({ requestId: "CR-7" }))).toEqual(STORED.get(7));
  const mention = { userId: null, username: "", slackUserIds: ["U0NADIA"] };
  const attempts = chained({ details: { asked: "<@U0NADIA|nadia>" } }, { details: { asked: "me" } });
  expect(await askedFor(attempts)).toEqual([mention]);
});

describe("typed text that may be about anybody", () => {
  it.each<[what: string, events: Partial<AuditEvent>[]]>([
    ["the reason of a freeze", [{ kind: "writes.frozen", details: { reason: "about Theo" } }]],
    ["the role of a rejected form", [{ details: { asked: NADIA, role: "about Theo" } }]],
    [
      "a role behind an entry about the same user",
      [{ details: { asked: NADIA } }, { details: { asked: NADIA, role: "about Theo" } }],
    ],
  ])("%s is shown in the restricted channel alone", async (_what, events) => {
    const { sink, readIn } = sinkThat(anywhere);
    await sink.publish(chained(...events));
    expect(readIn("C0RESTRICT")).toContain("about Theo");
    expect(readIn("C0AUDIT")).not.toContain("about Theo");
    expect(readIn("C0AUDIT")).toContain(`#${events.length} withheld`);
  });

  it("a freeze without a reason stays in the audit channel", async () => {
    const { sink, readIn } = sinkThat(anywhere);
    await sink.publish(
      chained({ kind: "writes.frozen", details: { reason: null } }, { details: { role: "" } }),
    );
    expect(readIn("C0AUDIT")).not.toContain("withheld");
  });
});

it.each([
  ["a member of every channel", new NowhereToPostError("subject_present")],
  ["not to be told from the members", new NowhereToPostError("subject_unmapped")],
  ["not to be read from Incydr", new IncydrError("unavailable", "away", { sent: "no" })],
])("an entry is shown nowhere if its subject is %s, and other entries are shown", async (_who, error) => {
  const { sink, posted, readIn } = sinkThat(failingWith(error));
  await sink.publish(chained(lookUpOf(NADIA), LISTING));
  expect(posted.map(({ place }) => place.channelId)).toEqual(["C0AUDIT"]);
  const text = readIn("C0AUDIT");
  expect(text).toContain("#1 withheld");
  expect(text).not.toContain(NADIA);
  expect(text).not.toContain("the secret");
  expect(text).toContain("#2 subject.looked_up");
  expect(text).toContain("count: 21");
});

it("the audit channel never shows the name that was asked for in an attempt", async () => {
  const { sink, readIn } = sinkThat(anywhere);
  await sink.publish(chained({ details: { asked: NADIA } }));
  expect(readIn("C0AUDIT")).not.toContain(NADIA);
});

it.each<[string, FindPlace, string]>([
  ["no channel can be used", () => Promise.reject(new NowhereToPostError("archived")), "archived"],
  ["the restricted channel is out", failingWith(new NowhereToPostError("archived")), "archived"],
  ...(["not_visible", "archived", "bot_not_member"] as const).map((moved): [string, FindPlace, string] => [
    `the audit channel is ${moved}`,
    async () => ({ place: RESTRICTED, moved }),
    moved,
  ]),
])("entries wait, and none is posted elsewhere, while %s", async (_which, findPlace, why) => {
  const { sink, posted } = sinkThat(findPlace);
  await expect(sink.publish(chained(lookUpOf(NADIA), LISTING))).rejects.toMatchObject({ why });
  expect(posted).toEqual([]);
});

it("a refusal of a message's content is told from every other failure", async () => {
  const failing = (error: string) => {
    const post = () => Promise.reject(new WebAPIPlatformError({ ok: false, error }));
    return sinkThat(anywhere, { post }).sink.publish(chained(LISTING));
  };
  await expect(failing("msg_too_long")).rejects.toMatchObject({
    code: "entries_refused",
    refusal: "msg_too_long",
  });
  await expect(failing("is_archived")).rejects.toBeInstanceOf(WebAPIPlatformError);
});

it("a placeholder is posted under its entry's key, with number, hash and refusal alone", async () => {
  const { sink, posted } = sinkThat(anywhere);
  const [entry] = chained(lookUpOf(NADIA));
  if (!entry) throw new Error("There is one.");
  await sink.publishPlaceholder(entry, "invalid_blocks");
  expect(posted).toMatchObject([{ key: "audit:1", place: { channelId: "C0AUDIT" } }]);
  const text = readable(posted[0]?.message.blocks);
  expect(text).toContain("#1");
  expect(text).toContain("invalid_blocks");
  expect(text).toContain(entry.hash.slice(0, 12));
  expect(text).not.toContain(NADIA);
  expect(text).not.toContain("the secret");
});

it("an empty batch posts nothing", async () => {
  const { sink, posted } = sinkThat(() => Promise.reject(new Error("not asked")));
  await sink.publish([]);
  expect(posted).toEqual([]);
});
