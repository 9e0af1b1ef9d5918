import fc from "fast-check";
import { expect, it } from "vitest";
import { checkBlocks } from "../../../../sandbox/slack/blocks/validate-blocks.ts";
import { CHANGE_ACTIONS, CHANGE_KINDS, TENANT_ACTIONS } from "../../../../src/authorization/index.ts";
import type { BotStatus, WhoAmI } from "../../../../src/change-requests/index.ts";
import { DEPENDENCIES } from "../../../../src/observability/index.ts";
import { statusMessage, whoAmIMessage } from "../../../../src/slack/messages/status-messages.ts";
import { someStatus, someWhoAmI } from "../../../support/status-objects.ts";
import { readable } from "../block-texts.ts";

const LONGEST_BLOCKS = 13_200;
const SINCE = "2026-11-01T09:00:00.000Z";

const status = (patch: Partial<BotStatus> = {}) => readable(statusMessage(someStatus(patch)).blocks);
const me = (patch: Partial<WhoAmI> = {}) => readable(whoAmIMessage(someWhoAmI(patch)).blocks);
const part = (name: string, state: "ok" | "failing" | "unknown", code: string | null = null) =>
  ({ name, state, since: SINCE, code }) as const;

it("a bot that works says so, with its policies, its directory and its version", () => {
  const text = status();
  expect(text).toContain("Changes are not frozen.");
  expect(text).toContain("All parts of the bot work.");
  expect(text).toContain("No work is late: none has been due for more than 5 minutes.");
  expect(text).toContain("Requests to Incydr 300 a minute.");
  expect(text).toContain("Policies 0123456789ab are in force");
  expect(text).toContain("320 users read; the oldest entry is 12 minutes old. Roles read: 120 of 320 users.");
  expect(text).toContain("7 organizations read; the oldest entry is 1 minute old.");
  expect(text).toContain("Version 0.1.0, running since ");
});

it("a failing part and one that was not checked keep the status from saying that all works", () => {
  const failing = status({ parts: [part("incydr", "failing"), part("slack", "ok")] });
  expect(failing).toContain("1 part of the bot doesn't work:");
  expect(failing).toMatch(/Incydr since /);
  expect(failing).not.toContain("All parts");
  const unknown = status({ parts: [part("slack", "unknown")] });
  expect(unknown).toContain("Not checked yet: Connection to Slack.");
  expect(unknown).not.toContain("All parts");
});

it("each part that readiness knows has a name for people", () => {
  const text = status({ parts: DEPENDENCIES.map((name) => part(name, "failing", "x")) });
  for (const name of DEPENDENCIES) expect(text).not.toMatch(new RegExp(`^\\W*${name}`, "m"));
});

it("a freeze and READ_ONLY are both said, a freeze without its reason", () => {
  const text = status({ freeze: { by: "U0THEO", at: SINCE }, isReadOnly: true });
  expect(text).toMatch(/^🧊 All changes are frozen by .* since .*Look-ups still work\.$/m);
  expect(text).toContain("by the bot's configuration (READ_ONLY)");
  expect(text).not.toContain("Changes are not frozen.");
});

it("a directory that is not kept up to date, or has no users, says so", () => {
  const { directory } = someStatus();
  expect(status({ directory: { ...directory, isKept: false } })).toContain("doesn't keep it up to date");
  const users = { ...directory.users, readUsers: 0, isEveryUserRead: false, oldestAgeMs: null };
  expect(status({ directory: { ...directory, users } })).toContain("no users read yet");
});

it("a person reads how their Incydr user was found, how long they are in a group, and the limits of the answer", () => {
  const text = me();
  expect(text).toContain("maya@example.com 300, found by your e-mail");
  expect(text).toContain("@insider-risk-analysts (since the bot's first reading), @responders (for 2 hours)");
  expect(text).toContain("request changes: deactivate, add roles");
  expect(text).toContain("It may differ for a given user");
  expect(text).toContain("read at most 5 minutes ago");
});

it.each<[WhoAmI["incydr"], string]>([
  [{ user: null, why: "no_address" }, "Slack shows no confirmed e-mail for you."],
  [{ user: null, why: "none", by: "email", username: "a@x" }, "the username a@x, your e-mail."],
  [{ user: null, why: "none", by: "map", username: "a@x" }, "correct your entry in OPERATOR_MAP"],
  [{ user: null, why: "unavailable", by: "map", username: "a@x" }, "unknown: the bot could not look for a@x"],
])("a person without a known Incydr user is told why: %j", (incydr, why) => {
  expect(me({ incydr })).toContain(why);
});

it("an Incydr user that could not be read is not said to be missing", () => {
  const text = me({ incydr: { user: null, why: "unavailable", by: "email", username: "a@x" } });
  expect(text).not.toMatch(/none|no single user/);
});

it("any names, groups and permissions fit into one valid message", () => {
  const text = fc.string({ unit: "binary", minLength: 1, maxLength: 300 });
  const groups = fc.array(
    fc.record({ handle: fc.stringMatching(/^[a-z0-9-]{1,80}$/), minutes: fc.option(fc.nat()) }),
    { maxLength: 60 },
  );
  const actions = [...TENANT_ACTIONS, ...CHANGE_ACTIONS].map((action) => ({
    action,
    changes: CHANGE_KINDS.slice(1),
  }));
  fc.assert(
    fc.property(text, text, groups, (displayName, username, theirs) => {
      const { blocks } = whoAmIMessage(
        someWhoAmI({
          ...{ displayName, groups: theirs, may: actions },
          incydr: { user: { userId: "3".repeat(128), username }, by: "map" },
        }),
      );
      expect(checkBlocks(blocks, { surface: "message" })).toMatchObject({ ok: true });
      expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(LONGEST_BLOCKS);
    }),
  );
});
