import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SlackSimulator, startSlackSimulator } from "../../sandbox/slack/slack-simulator.ts";
import { clientOf, TEST_MANIFEST } from "./slack-test-app.ts";

let slack: SlackSimulator;
beforeAll(async () => {
  slack = await startSlackSimulator({ manifest: TEST_MANIFEST, rateLimits: false });
});
afterAll(() => slack[Symbol.asyncDispose]());

/** Posts as the bot and returns the message as `person` sees it, with the people that it notified. */
async function shown(message: object, person = "maya") {
  const before = slack.pings.length;
  const call = { channel: "C0INC4711", text: "text", ...message };
  // The blocks have no type here, because the simulator checks them with its own schemas.
  const { ts } = await clientOf(slack).chat.postMessage(call as never);
  const seen = slack
    .as(person)
    .sees("inc-4711")
    .find((each) => each.ts === ts);
  if (!seen) throw new Error(`${person} doesn't see the message.`);
  const pings = slack.pings.slice(before).map(({ kind, target }) => `${kind} ${target}`);
  return { plain: seen.plain, notification: seen.notification, pings };
}

describe("mrkdwn", () => {
  test.each([
    ["entities in mrkdwn become characters once", "a &lt;b&gt; &amp;lt;", "a <b> &lt;"],
    [
      "mentions in mrkdwn become names",
      "<@U0MAYA> and <!subteam^S0LEADS>",
      "@Maya Lindqvist and @insider-risk-leads",
    ],
    [
      "links in mrkdwn show their label",
      "<https://harborlight.example|here> <https://x.example>",
      "here https://x.example",
    ],
    ["an e-mail link in mrkdwn shows the address", "<mailto:a@b.example|a@b.example>", "a@b.example"],
    ["signs of bold, italic, strike and code vanish from mrkdwn", "*b* _i_ ~s~ `c`", "b i s c"],
    [
      "signs inside words and around spaces stay in mrkdwn",
      "a*b*c 2 * 3 * 4 snake_case_name",
      "a*b*c 2 * 3 * 4 snake_case_name",
    ],
    ["signs inside code stay in mrkdwn", "`*x*` ```_y_```", "*x* _y_"],
    ["a quoted line of mrkdwn begins with a bar", "&gt; quoted\nplain", "▎quoted\nplain"],
    ["a date in mrkdwn is formatted", "<!date^1795424400^{date_short} {time}|then>", "Nov 23, 2026 9:00 AM"],
    [
      "a channel in mrkdwn shows its name to those who see it",
      "<#C0INC4711> <#C0AUDIT>",
      "#inc-4711 a private channel",
    ],
  ])("%s", async (_rule, text, plain) => {
    expect((await shown({ text })).plain).toBe(plain);
    const blocks = [{ type: "section", text: { type: "mrkdwn", text } }];
    expect((await shown({ blocks })).plain).toBe(plain);
  });

  test("a typed text shows as typed only if it is escaped", async () => {
    const typed = "<!channel> <https://x.example|y>";
    expect((await shown({ text: typed })).plain).toBe("@channel y");
    const escaped = "&lt;!channel&gt; &lt;https://x.example|y&gt;";
    expect(await shown({ text: escaped })).toMatchObject({ plain: typed, pings: [] });
  });

  test("a top-level text with mrkdwn off keeps its signs, and its markup is still read", async () => {
    const message = { text: "*b* &lt;x&gt; <!here>", mrkdwn: false };
    expect(await shown(message)).toEqual({
      plain: "*b* <x> @here",
      notification: "*b* <x> @here",
      pings: ["broadcast here"],
    });
  });
});

describe("plain text and rich text", () => {
  test("plain text is shown as it is and notifies nobody", async () => {
    const text = "<!channel> *bold* &lt; <@U0MAYA>";
    const blocks = [{ type: "section", text: { type: "plain_text", text } }];
    expect(await shown({ blocks })).toMatchObject({ plain: text, notification: "text", pings: [] });
  });

  test("rich text is shown as it is, and its mention elements as names", async () => {
    const elements = [
      { type: "text", text: "*by* &lt; " },
      { type: "user", user_id: "U0THEO" },
    ];
    const blocks = [
      {
        type: "rich_text",
        elements: [
          { type: "rich_text_section", elements },
          { type: "rich_text_list", style: "ordered", elements: [{ type: "rich_text_section", elements }] },
        ],
      },
    ];
    expect(await shown({ blocks })).toMatchObject({
      plain: "*by* &lt; @Theo Okafor\n1. *by* &lt; @Theo Okafor",
      pings: ["user U0THEO"],
    });
  });
});

describe("notifications", () => {
  test("the text and every mrkdwn block notify each target once", async () => {
    const blocks = [
      { type: "section", fields: [{ type: "mrkdwn", text: "<@U0MAYA> <!everyone>" }] },
      { type: "context", elements: [{ type: "mrkdwn", text: "<!subteam^S0LEADS>" }] },
    ];
    expect((await shown({ text: "<@U0MAYA>", blocks })).pings).toEqual([
      "user U0MAYA",
      "broadcast everyone",
      "group S0LEADS",
    ]);
  });

  test("an ephemeral notifies nobody", async () => {
    const before = slack.pings.length;
    await clientOf(slack).chat.postEphemeral({ channel: "C0INC4711", user: "U0MAYA", text: "<!channel>" });
    expect(slack.pings).toHaveLength(before);
  });
});

test("blocks are read from top to bottom, with fields, buttons and tables", async () => {
  const cell = (text: string) => ({ type: "raw_text", text });
  const blocks = [
    { type: "header", text: { type: "plain_text", text: "Deactivate" } },
    { type: "section", fields: [{ type: "mrkdwn", text: "*Org*\nResearch" }] },
    { type: "divider" },
    {
      type: "data_table",
      caption: "Roles",
      rows: [
        [cell("Role"), cell("Id")],
        [cell("Desktop User"), cell("desktop-user")],
      ],
    },
    {
      type: "actions",
      elements: ["Approve", "Deny"].map((text) => ({ type: "button", text: { type: "plain_text", text } })),
    },
  ];
  expect((await shown({ blocks })).plain).toBe(
    "Deactivate\nOrg\nResearch\n———\nRoles\nRole | Id\nDesktop User | desktop-user\n[Approve] [Deny]",
  );
});

test("an alert's attachments are read too", () => {
  const attachments = [
    { title: "High risk", text: "by &lt;nadia&gt;", fields: [{ title: "Score", value: "9" }] },
  ];
  const alert = slack.as("jonas").post("inc-4711", "Alert", { asBot: true, attachments });
  expect(alert.plain).toBe("Alert\nHigh risk\nby <nadia>\nScore: 9");
});
