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
import { createInviteDisplay } from "../../../../src/slack/posting/invite-display.ts";
import { createDigestDisplay } from "../../../../src/slack/posting/reminder-digest-display.ts";
import { someRequest } from "../../../support/domain-objects.ts";
import { createMemoryPostedMessages } from "../../../support/memory-posted-messages.ts";
import { readable } from "../block-texts.ts";

const RULES = {
  approvalsChannelId: "C0APPROVE",
  auditChannelId: "C0AUDIT",
  restrictedChannelIds: ["C0RESTRICT"],
  acceptsUnmappedSubjects: false,
  isCardChannel: () => false,
  isAllowedPublic: () => false,
};
const REFUSED = new WebAPIPlatformError({ ok: false, error: "invalid_arguments" });
const channels = { facts: async () => ({ memberIds: ["U0THEO"] }) as unknown as ChannelFacts }; // the rest isn't asked

/** Tells people directly, but for one who can't be told. */
function telling(badPerson: string) {
  const told: string[] = [];
  const tellDirectly = async (_key: string, person: string) => {
    if (person === badPerson) throw new Error(`no message to ${person}`);
    told.push(person);
  };
  return { told, tellDirectly };
}

function lineOf(request: ChangeRequest, invitedApprovers: string[] = []): DigestLine {
  return { request, step: "reminder", escalateTo: [], approvalsMissing: 1, invitedApprovers, revoking: [] };
}

it("asks the other approvers when one of them can't be told, and then fails", async () => {
  const { told, tellDirectly } = telling("U0BAD");
  const display = createInviteDisplay({ findCard: async () => null, channels, tellDirectly });
  const asking = display.inviteDirectly(someRequest(), ["U0BAD", "U0LENA"]);
  await expect(asking).rejects.toThrow("no message to U0BAD");
  expect(told).toEqual(["U0LENA"]);
});

it("posts a digest without the request that can't be put into words, tells the others, and then fails", async () => {
  const { told, tellDirectly } = telling("U0BAD");
  const posted: string[] = [];
  const display = createDigestDisplay({
    poster: {
      find: async () => null,
      post: async (_key, _place, { blocks }) => {
        posted.push(readable(blocks));
        return "1.0";
      },
      update: async () => true,
    },
    postedMessages: createMemoryPostedMessages(),
    findPlace: async (place) => ({ place, moved: null }),
    findCard: async () => null,
    tellDirectly,
    channels,
    rules: RULES,
    isOutage,
  });
  const unreadable = { ...someRequest({ id: 1 }), change: null } as unknown as ChangeRequest; // as a bad row has it
  const lines = [lineOf(unreadable), lineOf(someRequest({ id: 2 }), ["U0BAD", "U0LENA"])];
  await expect(display.showDigest(3, lines)).rejects.toThrow(TypeError);
  expect(posted).toHaveLength(1);
  expect(posted[0]).toContain("CR-2");
  expect(told).toEqual(["U0LENA"]);
});

it("posts a digest with the other requests if Slack refuses one line's call", async () => {
  const posted: string[] = [];
  const display = createDigestDisplay({
    poster: {
      find: async () => null,
      post: async (_key, _place, { blocks }) => {
        posted.push(readable(blocks));
        return "1.0";
      },
      update: async () => true,
    },
    postedMessages: createMemoryPostedMessages(),
    findPlace: async (place) => ({ place, moved: null }),
    findCard: async (id) => {
      if (id === 1) throw new DirectoryUnavailableError(REFUSED);
      return null;
    },
    tellDirectly: async () => {},
    channels,
    rules: RULES,
    isOutage,
  });
  const lines = [lineOf(someRequest({ id: 1 })), lineOf(someRequest({ id: 2 }))];
  await expect(display.showDigest(3, lines)).rejects.toThrow(DirectoryUnavailableError);
  expect(posted).toHaveLength(1);
  expect(posted[0]).toContain("CR-2");
});

it("posts no digest while the database can't be read, since it would lack lines for good", async () => {
  const posted: string[] = [];
  let isBroken = true;
  const display = createDigestDisplay({
    poster: {
      find: async () => null,
      post: async (_key, _place, { blocks }) => {
        posted.push(readable(blocks));
        return "1.0";
      },
      update: async () => true,
    },
    postedMessages: createMemoryPostedMessages(),
    findPlace: async (place) => ({ place, moved: null }),
    findCard: async (id) => {
      if (id === 1 && isBroken) throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
      return null;
    },
    tellDirectly: async () => {},
    channels,
    rules: RULES,
    isOutage,
  });
  const lines = [lineOf(someRequest({ id: 1 })), lineOf(someRequest({ id: 2 }))];
  await expect(display.showDigest(3, lines)).rejects.toThrow("ECONNRESET");
  expect(posted).toEqual([]);
  isBroken = false;
  await display.showDigest(3, lines);
  expect(posted[0]).toContain("CR-1");
});

it("posts no line while the channel it belongs to is out, fails, and posts it with its people later", async () => {
  const posted: string[] = [];
  const told: string[] = [];
  const postedMessages = createMemoryPostedMessages();
  let why: "archived" | "subject_present" | null = "archived";
  const display = createDigestDisplay({
    poster: {
      find: async () => null,
      post: async (key, { channelId }) => {
        if (!postedMessages.posts.has(key)) posted.push(channelId);
        await postedMessages.begin(key, { channelId, threadTs: null });
        return "1.0";
      },
      update: async () => true,
    },
    postedMessages,
    findPlace: async (place, subjects) => {
      if (!subjects.some(({ slackUserIds }) => slackUserIds.includes("U0NADIA")))
        return { place, moved: null };
      if (why) throw new NowhereToPostError(why);
      return { place: { channelId: "C0RESTRICT", threadTs: null }, moved: "subject_present" };
    },
    findCard: async () => null,
    tellDirectly: async (_key, person) => void told.push(person),
    channels,
    rules: RULES,
    isOutage,
  });
  const about = (id: number, slackUserIds: string[]) => {
    const request = someRequest({ id });
    return { ...request, targets: request.targets.map((target) => ({ ...target, slackUserIds })) };
  };
  const lines = [lineOf(about(1, ["U0NADIA"]), ["U0LENA"]), lineOf(about(2, []), ["U0LENA", "U0MAYA"])];
  await expect(display.showDigest(3, lines)).rejects.toThrow(NowhereToPostError);
  expect({ posted, told }).toEqual({ posted: ["C0APPROVE"], told: ["U0MAYA"] });
  why = null;
  await display.showDigest(3, lines);
  expect(posted).toEqual(["C0APPROVE", "C0RESTRICT"]);
  expect(told).toContain("U0LENA");
  why = "subject_present";
  await display.showDigest(4, lines);
  expect(posted.slice(2)).toEqual(["C0APPROVE"]);
});
