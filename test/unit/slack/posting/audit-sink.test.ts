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
import type { Message } from "../../../../src/slack/texts/message.ts";
import { readable } from "../block-texts.ts";

const NADIA = "nadia.petrov@harborlight.example";
const RULES = {
  approvalsChannelId: "C0APPROVE",
  auditChannelId: "C0AUDIT",
  restrictedChannelIds: ["C0RESTRICT"],
  acceptsUnmappedSubjects: false,
  isCardChannel: () => false,
  isAllowedPublic: () => false,
};

function entries(...subjects: (string | null)[]): AuditEntry[] {
  const made: AuditEntry[] = [];
  for (const subject of subjects)
    made.push(
      link(made.at(-1) ?? EMPTY_CHAIN, {
        kind: "subject.looked_up",
        at: new Date(0),
        actor: { slackUserId: "U0MAYA", email: null },
        requestId: null,
        subject,
        policyHash: null,
        details: subject ? { reason: "the secret" } : { count: 21 },
      }),
    );
  return made;
}

const RESTRICTED: Place = { channelId: "C0RESTRICT", threadTs: null };
/** The targets of stored requests. */
const STORED = new Map<number, readonly SubjectIdentity[]>([
  [7, [{ userId: "12", username: NADIA, slackUserIds: ["U0NADIA"] }]],
  [8, [{ userId: "13", username: "dario@harborlight.example", slackUserIds: ["U0DARIO"] }]],
]);
const subjectsOf = createSubjectsOfEntries({ identitiesOf: async () => STORED });

/** Each of these is in the audit channel, and not in the restricted one. */
function exclude(...usernames: readonly string[]): FindPlace {
  return async (place, subjects) =>
    subjects.some(({ username }) => usernames.includes(username))
      ? { place: RESTRICTED, moved: "subject_present" }
      : { place, moved: null };
}

/** A sink of which `findPlace` decides where it may post. */
function sinkThat(findPlace: FindPlace) {
  const posted: { key: string; place: Place; message: Message }[] = [];
  const sink = createAuditSink({
    poster: {
      find: async () => null,
      post: async (key, place, message) => {
        posted.push({ key, place, message });
        return "1.0";
      },
      update: async () => true,
    },
    places: createEntryPlaces({ findPlace, subjectsOf, rules: RULES }),
  });
  /** What is read in a channel of all that was posted. */
  const readIn = (channelId: string) =>
    posted
      .filter(({ place }) => place.channelId === channelId)
      .map(({ message }) => `${message.text}\n${readable(message.blocks)}`)
      .join("\n");
  return { sink, posted, readIn };
}

/** Audit entries, chained, of which only this matters. */
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

it("posts a batch under the number of its first entry, and the whole of some in the restricted channel", async () => {
  const { sink, posted, readIn } = sinkThat(exclude(NADIA));
  await sink.publish(entries(null, NADIA.toUpperCase(), NADIA));
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

describe("an entry about a subject who reads the audit channel", () => {
  it.each<[what: string, event: Partial<AuditEvent>]>([
    ["a bulk's entry, which names no subject", { kind: "request.created", requestId: "CR-7" }],
    [
      "an entry about another target of the bulk",
      { requestId: "CR-7", subject: "other@harborlight.example" },
    ],
    ["a rejected click on the request", { requestId: "CR-7", details: { action: "approval" } }],
    ["a rejected undo, which names the request by its number", { details: { undoes: 7 } }],
    ["a look-up for an undo", { kind: "subject.looked_up", details: { undoes: "CR-7" } }],
    ["a look-up for an extension", { details: { extends: "CR-7" } }],
    ["a request beside which another is open", { requestId: "CR-8", details: { othersOpen: ["CR-7"] } }],
    ["an attempt that names them by address", { details: { asked: NADIA.toUpperCase() } }],
    ["a list of subjects", { kind: "subjects.looked_up", details: { usernames: ["x@y.z", NADIA] } }],
  ])("goes to the restricted channel: %s", async (_what, event) => {
    const { sink, readIn } = sinkThat(exclude(NADIA));
    await sink.publish(chained({ ...event, details: { ...event.details, note: "the secret" } }));
    expect(readIn("C0RESTRICT")).toContain("the secret");
    expect(readIn("C0AUDIT")).not.toContain("the secret");
    expect(readIn("C0AUDIT")).not.toContain("CR-");
  });

  it("keeps the entries of other requests in the audit channel", async () => {
    const { sink, readIn } = sinkThat(exclude(NADIA));
    await sink.publish(chained({ requestId: "CR-7" }, { requestId: "CR-8" }));
    expect(readIn("C0AUDIT")).toMatch(/#1 withheld[\s\S]*#2 attempt.rejected CR-8/);
  });

  it("is asked for a place with the Slack ids that were stored with the request", async () => {
    const asked: SubjectIdentity[] = [];
    const { sink } = sinkThat(async (place, subjects) => {
      asked.push(...subjects);
      return { place, moved: null };
    });
    await sink.publish(chained({ requestId: "CR-7" }));
    expect(asked).toEqual(STORED.get(7));
  });
});

describe("text that a person typed, of which nobody knows whom it is about", () => {
  it.each<[what: string, event: Partial<AuditEvent>]>([
    ["the reason of a freeze", { kind: "writes.frozen", details: { reason: "about Theo" } }],
    ["the role of a rejected form", { details: { role: "about Theo", org: null } }],
    ["the organization of a rejected form", { details: { org: "about Theo" } }],
    ["the role of a form for somebody else", { details: { asked: NADIA, role: "about Theo" } }],
  ])("stands whole in the restricted channel alone: %s", async (_what, event) => {
    const { sink, readIn } = sinkThat(exclude());
    await sink.publish(chained(event));
    expect(readIn("C0RESTRICT")).toContain("about Theo");
    expect(readIn("C0AUDIT")).not.toContain("about Theo");
    expect(readIn("C0AUDIT")).toContain("#1 withheld");
  });

  it("stands whole in the restricted channel alone also behind an entry about the same user without such text", async () => {
    const { sink, readIn } = sinkThat(exclude());
    await sink.publish(
      chained({ details: { asked: NADIA } }, { details: { asked: NADIA, role: "about Theo" } }),
    );
    expect(readIn("C0RESTRICT")).toContain("about Theo");
    expect(readIn("C0AUDIT")).not.toContain("about Theo");
    expect(readIn("C0AUDIT")).toContain("#2 withheld");
  });

  it("is not there in a freeze without a reason, which stays in the audit channel", async () => {
    const { sink, readIn } = sinkThat(exclude());
    await sink.publish(
      chained({ kind: "writes.frozen", details: { reason: null } }, { details: { role: "" } }),
    );
    expect(readIn("C0AUDIT")).not.toContain("withheld");
  });
});

it.each([
  ["reads every channel there is", new NowhereToPostError("subject_present")],
  ["can't be told from the members of any", new NowhereToPostError("subject_unmapped")],
  [
    "can't be told from the members while Incydr is away",
    new IncydrError("unavailable", "away", { sent: "no" }),
  ],
])("withholds what is about a subject who %s, and nothing else", async (_who, error) => {
  const { sink, posted, readIn } = sinkThat(async (place, subjects) => {
    if (subjects.length > 0) throw error;
    return { place, moved: null };
  });
  await sink.publish(entries(NADIA, null));
  expect(posted.map(({ place }) => place.channelId)).toEqual(["C0AUDIT"]);
  const text = readIn("C0AUDIT");
  expect(text).toContain("#1 withheld");
  expect(text).not.toContain(NADIA);
  expect(text).not.toContain("the secret");
  expect(text).toContain("#2 subject.looked_up");
  expect(text).toContain("count: 21");
});

it("asks for a place that suits somebody who was mentioned in an attempt", async () => {
  const asked: SubjectIdentity[] = [];
  const { sink } = sinkThat(async (place, subjects) => {
    asked.push(...subjects);
    return { place, moved: null };
  });
  await sink.publish(chained({ details: { asked: "<@U0NADIA|nadia>" } }, { details: { asked: "me" } }));
  expect(asked).toEqual([{ userId: null, username: "", slackUserIds: ["U0NADIA"] }]);
});

it("shows nothing of what names somebody in an attempt, which stands in the log", async () => {
  const { sink, readIn } = sinkThat(exclude());
  await sink.publish(chained({ details: { asked: NADIA } }));
  expect(readIn("C0AUDIT")).not.toContain(NADIA);
});

it("fails when nothing can be posted anywhere, so that it is tried again", async () => {
  const { sink, posted } = sinkThat(() => Promise.reject(new NowhereToPostError("archived")));
  await expect(sink.publish(entries(NADIA))).rejects.toThrow(NowhereToPostError);
  expect(posted).toEqual([]);
});

it.each(["not_visible", "archived", "bot_not_member"] as const)(
  "waits while the audit channel can't be used (%s), and posts nothing elsewhere",
  async (moved) => {
    const restricted = { channelId: "C0RESTRICT", threadTs: null };
    const { sink, posted } = sinkThat(async () => ({ place: restricted, moved }));
    await expect(sink.publish(entries(NADIA, null))).rejects.toMatchObject({ why: moved });
    expect(posted).toEqual([]);
  },
);

it("withholds nothing while the restricted channel can't be used: it waits for that", async () => {
  const { sink, posted } = sinkThat(async (place, subjects) => {
    if (subjects.length > 0) throw new NowhereToPostError("archived");
    return { place, moved: null };
  });
  await expect(sink.publish(entries(NADIA))).rejects.toMatchObject({ why: "archived" });
  expect(posted).toEqual([]);
});

it("says that Slack refuses the content of a message, and of no other failure", async () => {
  const failing = (error: string) =>
    createAuditSink({
      poster: {
        find: async () => null,
        post: () => Promise.reject(new WebAPIPlatformError({ ok: false, error })),
        update: async () => true,
      },
      places: createEntryPlaces({
        findPlace: async (place) => ({ place, moved: null }),
        ...{ subjectsOf, rules: RULES },
      }),
    }).publish(entries(null));
  await expect(failing("msg_too_long")).rejects.toMatchObject({
    code: "entries_refused",
    refusal: "msg_too_long",
  });
  await expect(failing("is_archived")).rejects.toBeInstanceOf(WebAPIPlatformError);
});

it("posts a placeholder under the entry's own key, with its number, hash and the refusal alone", async () => {
  const { sink, posted } = sinkThat(async (place) => ({ place, moved: null }));
  const [entry] = entries(NADIA);
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

it("posts nothing for no entries", async () => {
  const { sink, posted } = sinkThat(() => Promise.reject(new Error("not asked")));
  await sink.publish([]);
  expect(posted).toEqual([]);
});
