import { WebAPIPlatformError } from "@slack/web-api";
import { expect, it } from "vitest";
import { isOutage } from "../../../../src/app/is-outage.ts";
import { DirectoryUnavailableError } from "../../../../src/authorization/index.ts";
import {
  type ChangeRequest,
  type ChannelFacts,
  type DigestLine,
  NowhereToPostError,
} from "../../../../src/change-requests/index.ts";
import { createDigestDisplay } from "../../../../src/slack/posting/reminder-digest-display.ts";
import { someChannelRules, someRequest } from "../../../support/domain-objects.ts";
import { createMemoryPostedMessages } from "../../../support/memory-posted-messages.ts";
import { readable } from "../block-texts.ts";
import { createNotingPoster } from "../noting-poster.ts";

const REFUSED = new WebAPIPlatformError({ ok: false, error: "invalid_arguments" });

/** A display of digests, the messages that it posts, and the people that it tells, with the key of each. */
function setUp(parts: Partial<Parameters<typeof createDigestDisplay>[0]> = {}) {
  const { poster, posted } = createNotingPoster();
  const told = new Map<string, string>();
  const { showDigest } = createDigestDisplay({
    poster,
    postedMessages: createMemoryPostedMessages(),
    findPlace: async (place) => ({ place, moved: null }),
    findCard: async () => null,
    tellDirectly: async (key, person) => void told.set(person, key),
    channels: { facts: async () => ({ memberIds: ["U0THEO"] }) as unknown as ChannelFacts }, // the rest isn't asked
    rules: someChannelRules(),
    isOutage,
    ...parts,
  });
  return { showDigest, posted, told, texts: () => posted.map(({ message }) => readable(message.blocks)) };
}

function lineOf(request: ChangeRequest, invitedApprovers: string[] = []): DigestLine {
  return { request, step: "reminder", escalateTo: [], approvalsMissing: 1, invitedApprovers, revoking: [] };
}

const TWO_LINES = [lineOf(someRequest({ id: 1 })), lineOf(someRequest({ id: 2 }))];

it("a digest tells each invited approver outside its channel under their own key, and no member", async () => {
  const { showDigest, told } = setUp();
  await showDigest(3, [lineOf(someRequest({ id: 1 }), ["U0THEO", "U0LENA", "U0MAYA"])]);
  expect([...told]).toEqual([
    ["U0LENA", "digest:3:U0LENA"],
    ["U0MAYA", "digest:3:U0MAYA"],
  ]);
});

it("a request that can't be put into words and a person who can't be told keep no other from the digest", async () => {
  const told: string[] = [];
  const { showDigest, texts } = setUp({
    tellDirectly: async (_key, person) => {
      if (person === "U0BAD") throw new Error(`no message to ${person}`);
      told.push(person);
    },
  });
  const unreadable = { ...someRequest({ id: 1 }), change: null } as unknown as ChangeRequest; // as a bad row has it
  const lines = [lineOf(unreadable), lineOf(someRequest({ id: 2 }), ["U0BAD", "U0LENA"])];
  await expect(showDigest(3, lines)).rejects.toThrow(TypeError);
  expect(texts()).toEqual([expect.stringContaining("CR-2")]);
  expect(told).toEqual(["U0LENA"]);
});

it("a digest is posted without the one line for which Slack refuses a call, and the job fails", async () => {
  const { showDigest, texts } = setUp({
    findCard: async (id) => {
      if (id === 1) throw new DirectoryUnavailableError(REFUSED);
      return null;
    },
  });
  await expect(showDigest(3, TWO_LINES)).rejects.toThrow(DirectoryUnavailableError);
  expect(texts()).toEqual([expect.stringContaining("CR-2")]);
});

it("no digest is posted while the database can't be read, since it would lack lines for good", async () => {
  let isBroken = true;
  const { showDigest, texts } = setUp({
    findCard: async (id) => {
      if (id === 1 && isBroken) throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
      return null;
    },
  });
  await expect(showDigest(3, TWO_LINES)).rejects.toThrow("ECONNRESET");
  expect(texts()).toEqual([]);
  isBroken = false;
  await showDigest(3, TWO_LINES);
  expect(texts()).toEqual([expect.stringContaining("CR-1")]);
});

it("a line whose channel is out waits with its people, fails the job, and comes when the channel is back", async () => {
  let why: "archived" | "subject_present" | null = "archived";
  const { showDigest, posted, told } = setUp({
    findPlace: async (place, subjects) => {
      if (!subjects.some(({ slackUserIds }) => slackUserIds.includes("U0NADIA")))
        return { place, moved: null };
      if (why) throw new NowhereToPostError(why);
      return { place: { channelId: "C0RESTRICT", threadTs: null }, moved: "subject_present" };
    },
  });
  const about = (id: number, slackUserIds: string[]) => {
    const request = someRequest({ id });
    return { ...request, targets: request.targets.map((target) => ({ ...target, slackUserIds })) };
  };
  const lines = [lineOf(about(1, ["U0NADIA"]), ["U0LENA"]), lineOf(about(2, []), ["U0LENA", "U0MAYA"])];
  await expect(showDigest(3, lines)).rejects.toThrow(NowhereToPostError);
  expect(posted.map(({ key }) => key)).toEqual(["digest:3:C0APPROVE"]);
  expect([...told.keys()]).toEqual(["U0MAYA"]);
  why = null;
  await showDigest(3, lines);
  expect(posted.map(({ key }) => key)).toContain("digest:3:C0RESTRICT");
  expect([...told.keys()]).toContain("U0LENA");
  why = "subject_present";
  await showDigest(4, lines);
  expect(posted.map(({ key }) => key).filter((key) => key.startsWith("digest:4"))).toEqual([
    "digest:4:C0APPROVE",
  ]);
});
