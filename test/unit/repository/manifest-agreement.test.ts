import { describe, expect, it } from "vitest";
import { agreementFaults } from "../../../scripts/manifest/manifest-agreement.ts";
import { manifestSchema } from "../../../scripts/manifest/manifest-schema.ts";
import { type SlackUsage, sourceFaults } from "../../../scripts/manifest/slack-usage.ts";

const manifest = manifestSchema.parse({
  display_information: { name: "Bot" },
  features: {
    bot_user: { display_name: "Bot" },
    slash_commands: [{ command: "/bot", description: "Does" }],
    shortcuts: [{ name: "Act", type: "message", callback_id: "act", description: "Acts" }],
  },
  oauth_config: { scopes: { bot: ["chat:write", "commands", "usergroups:read"] } },
  settings: {
    event_subscriptions: { bot_events: ["subteam_members_changed"] },
    interactivity: { is_enabled: true },
    org_deploy_enabled: false,
    socket_mode_enabled: true,
    token_rotation_enabled: false,
  },
});

const usage: SlackUsage = {
  methods: { "chat.postMessage": { scopes: ["chat:write"] }, "views.open": { scopes: [] } },
  registrations: {
    commands: ["/bot"],
    shortcuts: [{ callbackId: "act", type: "message" }],
    events: ["subteam_members_changed"],
  },
};

function withRegistrations(change: Partial<SlackUsage["registrations"]>): SlackUsage {
  return { ...usage, registrations: { ...usage.registrations, ...change } };
}

describe("the manifest and the tables of src/slack", () => {
  it("agree if each has the entries of the other", () => {
    expect(agreementFaults(manifest, usage)).toEqual([]);
  });

  it.each<[string, SlackUsage, string[]]>([
    [
      "a command of the code",
      withRegistrations({ commands: ["/bot", "/bot-admin"] }),
      ["the manifest lacks the command /bot-admin"],
    ],
    [
      "a command of the manifest",
      withRegistrations({ commands: [] }),
      ["the manifest has the command /bot, which the code doesn't use"],
    ],
    [
      "the type of a shortcut",
      withRegistrations({ shortcuts: [{ callbackId: "act", type: "global" }] }),
      [
        "the manifest lacks the shortcut act (global)",
        "the manifest has the shortcut act (message), which the code doesn't use",
      ],
    ],
    [
      "an event, and the scope that it needs",
      withRegistrations({ events: ["subteam_members_changed", "app_mention"] }),
      ["the manifest lacks the event app_mention", "the manifest lacks the bot scope app_mentions:read"],
    ],
    [
      "an event that is no longer used, and its scope",
      withRegistrations({ events: [] }),
      [
        "the manifest has the event subteam_members_changed, which the code doesn't use",
        "the manifest has the bot scope usergroups:read, which the code doesn't use",
      ],
    ],
    [
      "the scopes of a method",
      { ...usage, methods: { ...usage.methods, "users.info": { scopes: ["users:read"] } } },
      ["the manifest lacks the bot scope users:read"],
    ],
    [
      "scopes that no method needs",
      { ...usage, methods: {} },
      ["the manifest has the bot scope chat:write, which the code doesn't use"],
    ],
  ])("don't agree on %s if one lacks it", (_what, changed, faults) => {
    expect(agreementFaults(manifest, changed)).toEqual(faults);
  });

  it("don't agree on an event whose scopes the check doesn't know", () => {
    expect(
      agreementFaults(manifest, withRegistrations({ events: ["subteam_members_changed", "star_added"] })),
    ).toContain("the scopes of the event star_added are not known to the check: add them to eventScopes");
  });
});

describe("the sources of src/slack", () => {
  function faultsOf(text: string): string[] {
    return sourceFaults([{ path: "card.ts", text: `client.chat.postMessage({});\n${text}` }], usage);
  }

  it.each([
    ["client.users.info({ user })", "users.info"],
    ["options.slackClient\n  .usergroups.users\n  .list({ usergroup })", "usergroups.users.list"],
    ["this.client?.conversations.members({})", "conversations.members"],
    ["web.chat.update({})", "chat.update"],
    ["slack.posting.views.push({})", "views.push"],
    ["anything.chat.delete({})", "chat.delete"],
    ['client.apiCall("pins.add", {})', "pins.add"],
  ])("call no method that the table lacks: %j", (text, method) => {
    expect(faultsOf(text)).toEqual([`card.ts calls ${method}, which WEB_API_METHODS lacks`]);
  });

  it("may call the methods of the table, and other clients", () => {
    expect(
      faultsOf(
        "client.views.open({}); incydr.users.getUser(id); files.map(read); this.views.get(id); client.close()",
      ),
    ).toEqual([]);
  });

  it.each([
    ['app.command("/other", handler)', "command /other"],
    ['app.event("app_mention", handler)', "event app_mention"],
    ['app.shortcut({ callback_id: "elsewhere", type: "shortcut" }, handler)', "shortcut elsewhere"],
  ])("register no listener that the table lacks: %j", (text, what) => {
    expect(faultsOf(text)).toEqual([`card.ts registers the ${what}, which REGISTRATIONS lacks`]);
  });

  it("call each method of the table that needs a scope of the manifest", () => {
    expect(sourceFaults([{ path: "empty.ts", text: "" }], usage)).toEqual([
      "WEB_API_METHODS has chat.postMessage, which src/slack never calls",
    ]);
  });
});
