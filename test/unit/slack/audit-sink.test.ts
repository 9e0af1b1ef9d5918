import { WebAPIPlatformError } from "@slack/web-api";
import { expect, it } from "vitest";
import { type AuditEntry, EMPTY_CHAIN, link } from "../../../src/audit/index.ts";
import { AddressRefusedError, type PeopleDirectory } from "../../../src/authorization/index.ts";
import {
  type FindPlace,
  hasUnknownAccount,
  NowhereToPostError,
  type Place,
} from "../../../src/change-requests/index.ts";
import { createAuditSink } from "../../../src/slack/audit-sink.ts";
import type { Message } from "../../../src/slack/messages/message.ts";
import { someLead, somePerson } from "../../support/domain-objects.ts";
import { directoryOf } from "../subjects/incydr-bench.ts";
import { readable } from "./block-texts.ts";

const NADIA = "nadia.petrov@harborlight.example";
const RULES = {
  approvalsChannelId: "C0APPROVE",
  auditChannelId: "C0AUDIT",
  restrictedChannelId: "C0RESTRICT",
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

/** A sink of which `findPlace` decides where it may post. */
function sinkThat(
  findPlace: FindPlace,
  people: PeopleDirectory = directoryOf(somePerson({ slackUserId: "U0NADIA", email: NADIA }), someLead()),
) {
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
    findPlace,
    people,
    rules: RULES,
  });
  return { sink, posted };
}

it("posts a batch under the number of its first entry, where the subjects may not read it", async () => {
  const asked: unknown[] = [];
  const { sink, posted } = sinkThat(async (place, subjectSlackIds) => {
    asked.push([place.channelId, subjectSlackIds]);
    return { place: { channelId: "C0RESTRICT", threadTs: null }, moved: "subject_present" };
  });
  await sink.publish(entries(null, NADIA.toUpperCase(), NADIA));
  expect(asked).toEqual([["C0AUDIT", ["U0NADIA"]]]);
  expect(posted).toMatchObject([{ key: "audit:1", place: { channelId: "C0RESTRICT" } }]);
});

it("posts entries whose subject Slack refuses to look up, and asks for a place that suits an unknown account", async () => {
  const asked: (readonly string[])[] = [];
  const people = {
    ...directoryOf(someLead()),
    idsByEmail: () => Promise.reject(new AddressRefusedError(new Error("invalid_arguments"))),
  };
  const { sink, posted } = sinkThat(async (_place, subjectSlackIds) => {
    asked.push(subjectSlackIds);
    return { place: { channelId: "C0RESTRICT", threadTs: null }, moved: "subject_unmapped" };
  }, people);
  await sink.publish(entries("svc-backup", null));
  expect(asked.map(hasUnknownAccount)).toEqual([true]);
  expect(posted).toHaveLength(1);
});

it("withholds what is about a subject who reads every channel there is, and nothing else", async () => {
  const { sink, posted } = sinkThat(async (place, subjectSlackIds) => {
    if (subjectSlackIds.length > 0) throw new NowhereToPostError("subject_present");
    return { place, moved: null };
  });
  await sink.publish(entries(NADIA, null));
  const text = readable(posted[0]?.message.blocks);
  expect(posted[0]?.place.channelId).toBe("C0AUDIT");
  expect(text).toContain("#1 withheld");
  expect(text).not.toContain(NADIA);
  expect(text).not.toContain("the secret");
  expect(text).toContain("#2 subject.looked_up");
  expect(text).toContain("count: 21");
});

it("withholds also an attempt that names somebody in what was typed", async () => {
  const { sink, posted } = sinkThat(async (place, subjectSlackIds) => {
    if (subjectSlackIds.length > 0) throw new NowhereToPostError("subject_present");
    return { place, moved: null };
  });
  const about = entries(NADIA);
  const attempt = link(about[0] ?? EMPTY_CHAIN, {
    kind: "attempt.rejected",
    at: new Date(0),
    actor: { slackUserId: "U0MAYA", email: null },
    requestId: null,
    subject: null,
    policyHash: null,
    details: { asked: NADIA },
  });
  await sink.publish([...about, attempt]);
  expect(readable(posted[0]?.message.blocks)).not.toContain(NADIA);
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
  const { sink, posted } = sinkThat(async (place, subjectSlackIds) => {
    if (subjectSlackIds.length > 0) throw new NowhereToPostError("archived");
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
      findPlace: async (place) => ({ place, moved: null }),
      people: directoryOf(someLead()),
      rules: RULES,
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
