import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { toHttpManifest } from "../../../scripts/manifest/http-manifest.ts";
import { manifestFaults } from "../../../scripts/manifest/manifest-schema.ts";

const yaml = readFileSync(new URL("../../../manifest.yml", import.meta.url), "utf8");

/** The faults of the repository's manifest after `change`. */
function faultsAfter(change: (manifest: ReturnType<typeof parse>) => void): string[] {
  const manifest = parse(yaml);
  change(manifest);
  return manifestFaults(manifest);
}

describe("the rules for a manifest", () => {
  it("are kept by the manifest of the repository", () => {
    expect(manifestFaults(parse(yaml))).toEqual([]);
  });

  it.each<[string, (manifest: ReturnType<typeof parse>) => void, string]>([
    ["an unknown key", (m) => (m.settings.socket_mode = true), "settings: "],
    ["a long name", (m) => (m.display_information.name = "n".repeat(36)), "display_information.name: "],
    [
      "a short long_description",
      (m) => (m.display_information.long_description = "short"),
      "display_information.long_description: ",
    ],
    [
      "a command without its slash",
      (m) => (m.features.slash_commands[0].command = "incydr"),
      "features.slash_commands.0.command: ",
    ],
    [
      "a shortcut with a long name",
      (m) => (m.features.shortcuts[0].name = "n".repeat(25)),
      "features.shortcuts.0.name: ",
    ],
    [
      "a shortcut of an unknown type",
      (m) => (m.features.shortcuts[0].type = "button"),
      "features.shortcuts.0.type: ",
    ],
    [
      "more than ten shortcuts",
      (m) => (m.features.shortcuts = Array(11).fill(m.features.shortcuts[0])),
      "features.shortcuts: ",
    ],
    ["a scope twice", (m) => m.oauth_config.scopes.bot.push("commands"), "oauth_config.scopes.bot: "],
    [
      "an address in Socket Mode",
      (m) => (m.settings.interactivity.request_url = "https://x.example"),
      "settings.interactivity.request_url: must be left out",
    ],
    ["a missing setting", (m) => delete m.settings.org_deploy_enabled, "settings.org_deploy_enabled: "],
  ])("refuse %s", (_what, change, fault) => {
    const faults = faultsAfter(change);
    expect(faults).toHaveLength(1);
    expect(faults[0]?.startsWith(fault)).toBe(true);
  });

  it("require each address in HTTP mode", () => {
    expect(faultsAfter((manifest) => (manifest.settings.socket_mode_enabled = false))).toEqual([
      "features.slash_commands.0.url: is missing in HTTP mode",
      "settings.interactivity.request_url: is missing in HTTP mode",
      "settings.interactivity.message_menu_options_url: is missing in HTTP mode",
      "settings.event_subscriptions.request_url: is missing in HTTP mode",
    ]);
  });
});

describe("the manifest for HTTP", () => {
  it("is valid, has the bot's address in each place, and is otherwise the same", () => {
    const http = parse(toHttpManifest(yaml, "https://bot.example.com/"));
    const url = "https://bot.example.com/slack/events";
    expect(manifestFaults(http)).toEqual([]);

    const socket = parse(yaml);
    socket.settings.socket_mode_enabled = false;
    socket.settings.interactivity.request_url = url;
    socket.settings.interactivity.message_menu_options_url = url;
    socket.settings.event_subscriptions.request_url = url;
    for (const command of socket.features.slash_commands) command.url = url;
    expect(http).toEqual(socket);
  });

  it("keeps the path of the bot's address", () => {
    expect(toHttpManifest(yaml, "https://example.com/bots/incydr/")).toContain(
      "request_url: https://example.com/bots/incydr/slack/events",
    );
  });

  it("is refused for an http address, which Slack doesn't call", () => {
    expect(() => toHttpManifest(yaml, "http://bot.example.com")).toThrow("must begin with https://");
  });
});
