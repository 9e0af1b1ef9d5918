import type { WebClient } from "@slack/web-api";
import { afterEach, expect, it, vi } from "vitest";
import { channelRulesOf } from "../../../src/app/create-audience.ts";
import { createDisplays } from "../../../src/app/create-displays.ts";
import type { AuditEntry } from "../../../src/audit/index.ts";
import { DirectoryUnavailableError } from "../../../src/authorization/index.ts";
import type { BulkDraft, DryRun, SubjectIdentity } from "../../../src/change-requests/index.ts";
import { loadConfig } from "../../../src/config/index.ts";
import { someFacts, someRequest } from "../../support/domain-objects.ts";
import { createMemoryPostedMessages } from "../../support/memory-posted-messages.ts";
import { validEnvironment } from "../config/valid-environment.ts";

afterEach(() => void vi.restoreAllMocks());

const NADIA: SubjectIdentity = { userId: "user-nadia", username: "nadia@x.example", slackUserIds: [] };
const FREEZE = { by: "U0JONAS", at: "2026-11-01T09:00:00.000Z" };
const DRAFT = {
  opener: { slackUserId: "U0MAYA", email: "maya@harborlight.example", userId: "user-maya" },
  place: { channelId: "C0APPROVE", threadTs: null },
  reading: {
    change: { kind: "deactivate" },
    subjects: [{ line: 1, facts: someFacts(), slackUserIds: ["U0NADIA"] }],
    ...{ leftOut: [], faults: [], approvalsNeeded: 1 },
    terms: {
      ...{ expiryHours: null, remindAfterMinutes: null, escalateAfterMinutes: null },
      ...{ escalateTo: [], ratifyWithinHours: null },
    },
  },
} as unknown as BulkDraft & { readonly reading: DryRun }; // a draft that was read

/** The displays of a bot in this state, with their calls to Slack. */
function setUp({
  readOnly = false,
  isFrozen = false,
  isSlackAway = false,
  apiUrl = null as string | null,
} = {}) {
  const posts: { channel: string; text: string }[] = [];
  const views: unknown[] = [];
  const placesAsked: string[] = [];
  const note = async (sent: { channel: string; text: string }) => {
    posts.push(sent);
    return { ok: true, ts: `${posts.length}.0` };
  };
  const posting = { chat: { postMessage: note, update: note } };
  const reading = {
    views: { update: async ({ view }: { view: unknown }) => void views.push(view) },
    files: {
      info: async ({ file }: { file: string }) => ({ file: { user: "U0MAYA", size: 20, url_private: file } }),
    },
  };
  const displays = createDisplays({
    api: { posting, reading } as unknown as { posting: WebClient; reading: WebClient }, // nothing else is called
    ...{ token: "xoxb-of-this-bot", apiUrl, readOnly },
    postedMessages: createMemoryPostedMessages(),
    audience: {
      // The subject is in every channel except the restricted one.
      findPlace: async (place, subjects) => {
        placesAsked.push(place.channelId);
        if (isSlackAway) throw new DirectoryUnavailableError(null);
        if (subjects.length === 0) return { place, moved: null };
        return { place: { channelId: "C0RESTRICT", threadTs: null }, moved: "subject_present" };
      },
      channels: { facts: async () => null },
      people: { person: async () => Promise.reject(new Error("not asked")), idsByEmail: async () => [] },
      mayBeTold: async () => false,
      rules: channelRulesOf(loadConfig(validEnvironment)),
    },
    subjectsOf: async (entries) =>
      entries.map(({ seq }) => ({ subjects: seq === 2 ? [NADIA] : [], isUndetermined: false })),
    jobs: { enqueue: async () => {} },
    isFrozen: async () => isFrozen,
    log: () => {},
  });
  return { displays, posts, views, placesAsked };
}

it("the end of a freeze is announced with READ_ONLY, which stops changes all the same", async () => {
  for (const readOnly of [true, false]) {
    const { displays, posts } = setUp({ readOnly });
    const ended = { by: "U0THEO", at: "2026-11-01T10:00:00.000Z" };
    await displays.freezes.showFreeze({ ...FREEZE, ended }, async () => "none");
    expect(JSON.stringify(posts).includes("READ_ONLY")).toBe(readOnly);
  }
});

it("the form of a bulk says that changes are frozen", async () => {
  for (const isFrozen of [true, false]) {
    const { displays, views } = setUp({ isFrozen });
    await displays.bulkForms.showDryRun("V1", DRAFT);
    expect(JSON.stringify(views).includes("frozen")).toBe(isFrozen);
  }
});

it("a digest asks Slack once while it is away, and not for each of its lines", async () => {
  const { displays, placesAsked } = setUp({ isSlackAway: true });
  const lines = [1, 2, 3].map((id) => ({
    request: someRequest({ id }),
    step: "reminder" as const,
    invitedApprovers: [],
    escalateTo: [],
  }));
  await expect(displays.digests.showDigest(1, lines as never)).rejects.toThrow(DirectoryUnavailableError);
  expect(placesAsked).toEqual(["C0APPROVE"]);
});

it("a file is fetched with the bot's token, from Slack's host and that of the configured Web API alone", async () => {
  const fetched = vi
    .spyOn(globalThis, "fetch")
    .mockImplementation(async () => new Response("user\na@x.example\n"));
  const { displays } = setUp({ apiUrl: "http://127.0.0.1:4010/api/" });
  for (const host of ["https://files.slack.com", "http://127.0.0.1:4010"]) {
    await displays.files.read(`${host}/f.csv`, "U0MAYA");
    const headers = { authorization: "Bearer xoxb-of-this-bot" };
    expect(fetched).toHaveBeenLastCalledWith(new URL(`${host}/f.csv`), expect.objectContaining({ headers }));
  }
  const elsewhere = setUp().displays.files.read("http://127.0.0.1:4010/f.csv", "U0MAYA");
  await expect(elsewhere).rejects.toMatchObject({ data: { kind: "elsewhere" } });
});

it("an audit entry about a member of the audit channel is told in the restricted channel", async () => {
  const { displays, posts } = setUp();
  const entry = { kind: "roles.listed", at: new Date(0), actor: "bot", details: {}, correlationId: null };
  const entries = [1, 2].map((seq) => ({
    ...entry,
    seq,
    hash: "a",
    prevHash: "b",
    requestId: null,
    subject: null,
    policyHash: null,
  }));
  await displays.auditSink.publish(entries as unknown as AuditEntry[]);
  expect(posts.map(({ channel }) => channel)).toEqual(["C0RESTRICT", "C0AUDIT"]);
});
