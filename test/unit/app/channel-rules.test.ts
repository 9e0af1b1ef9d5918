import { expect, it } from "vitest";
import { channelRulesOf } from "../../../src/app/create-audience.ts";
import { loadConfig } from "../../../src/config/index.ts";
import { validEnvironment } from "../config/valid-environment.ts";

it("lets cards into the channels of the configuration, by id or by name, and into no other", () => {
  const rules = channelRulesOf(
    loadConfig({
      ...validEnvironment,
      CARD_CHANNELS: "inc-*,C0SPECIAL",
      ALLOW_PUBLIC_CHANNELS: "public-inc-*",
    }),
  );
  expect(rules).toMatchObject({
    approvalsChannelId: "C0APPROVE",
    auditChannelId: "C0AUDIT",
    restrictedChannelIds: ["C0RESTRICT"],
    acceptsUnmappedSubjects: false,
  });
  expect(rules.isCardChannel({ channelId: "C0INC4711", name: "inc-4711" })).toBe(true);
  expect(rules.isCardChannel({ channelId: "C0SPECIAL", name: "anything" })).toBe(true);
  expect(rules.isCardChannel({ channelId: "C0WATER", name: "watercooler" })).toBe(false);
  expect(rules.isAllowedPublic({ channelId: "C0PUB", name: "public-inc-1" })).toBe(true);
  expect(rules.isAllowedPublic({ channelId: "C0INC4711", name: "inc-4711" })).toBe(false);
});
