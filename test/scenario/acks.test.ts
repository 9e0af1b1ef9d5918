import { describe, expect, test } from "vitest";
import type { DispatchResult } from "../../sandbox/slack/driver/client-context.ts";
import { answerTo, answerToCommand } from "../support/scenario-effects.ts";
import {
  APPROVALS,
  emailOf,
  makeRequest,
  openForm,
  untilForm,
  waitForCard,
} from "../support/scenario-requests.ts";
import { makeDueNow, untilQuiet, useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
/**
 * If an ack waited for Incydr, it would come after ten seconds, when the bot gives up the call. Slack waits three
 * seconds. These tests don't measure three seconds, because a busy machine may be slower; `npm run bench -- requests`
 * does.
 */
const ACK_MS = 8_000;

// Incydr stays held until after every ack. So the test does not have to wait for ten seconds.
describe.each(["http", "socket"] as const)("over %s, while Incydr holds every answer", (delivery) => {
  const world = useWorld({ delivery, ackTimeoutMs: ACK_MS });

  /** Holds all requests to Incydr while `act` runs. */
  async function whileHeld<T>(act: () => Promise<T>): Promise<T> {
    const held = world().incydr.control.hold("**", { times: 1_000 });
    try {
      return await act();
    } finally {
      held.release();
    }
  }

  function expectAcked(result: Pick<DispatchResult, "acked"> & { ackMs?: number }): void {
    expect(result).toMatchObject({ acked: true });
    expect(result.ackMs).toBeLessThan(ACK_MS);
  }

  test.for([`/incydr user ${NADIA}`, "/incydr roles"])(
    "the bot acks %s, shows “Looking up…” to the person alone, and answers later",
    async (command) => {
      const { slack } = world();
      const maya = slack.as("maya");
      const seen = maya.sees(APPROVALS).length;
      const held = world().incydr.control.hold("**", { times: 1_000 });
      expectAcked(await maya.command(command, { in: APPROVALS }));
      const notice = await maya.waitForMessage(APPROVALS, () => maya.sees(APPROVALS).length > seen);
      expect(notice).toMatchObject({ ephemeral: true, plain: "Looking up…" });
      expect(slack.as("theo").transcript(APPROVALS)).not.toContain("Looking up…");
      const answer = await answerTo(maya, APPROVALS, async () => held.release());
      expect(answer.plain).toMatch(/Nadia Petrov|roles can be added/);
    },
  );

  test.for([
    "/incydr help",
    "/incydr unheard-of",
    "/incydr freeze",
    "/incydr unfreeze",
    "/incydr user",
    "/incydr deactivate --for 8h",
  ])("the bot acks and answers %s at once", async (command) => {
    const jonas = world().slack.as("jonas");
    await whileHeld(() =>
      answerTo(jonas, APPROVALS, async () => expectAcked(await jonas.command(command, { in: APPROVALS }))),
    );
    if (command === "/incydr freeze") {
      const theo = world().slack.as("theo");
      await answerToCommand(theo, "/incydr unfreeze");
    }
  });

  test.for([
    `/incydr deactivate ${NADIA}`,
    `/incydr add-role ${NADIA}`,
    `/incydr roles ${NADIA} add Alert Emails`,
    `/incydr roles ${NADIA} remove`,
  ])("the bot acks %s, and its modal names the user until the form comes", async (command) => {
    const maya = world().slack.as("maya");
    await whileHeld(async () => {
      expectAcked(await maya.command(command, { in: APPROVALS }));
      await maya.waitForModal(`Looking up ${NADIA} in Incydr…`);
    });
    await untilForm(maya);
  });

  test.for(["Deactivate…", "Add roles…", "Remove roles…"])(
    "the bot acks the button “%s” of a looked-up user, and its modal names the user",
    async (button) => {
      const maya = world().slack.as("maya");
      const card = await answerToCommand(maya, `/incydr user ${NADIA}`);
      await whileHeld(async () => {
        expectAcked(await maya.click(button, { message: card }));
        await maya.waitForModal(/Looking up \d+ in Incydr…/);
      });
      await untilForm(maya);
      await maya.close();
    },
  );

  test("the bot acks and answers the closing of a form that still loads", async () => {
    const maya = world().slack.as("maya");
    await whileHeld(async () => {
      await maya.command(`/incydr deactivate ${NADIA}`, { in: APPROVALS });
      await maya.waitForModal(/Looking up/);
      const answer = await answerTo(maya, APPROVALS, async () => {
        for (const result of await maya.close()) expectAcked(result);
      });
      expect(answer.plain).toContain("Nothing was requested.");
    });
  });

  test("the bot acks the shortcut on a message and the form that it opens", async () => {
    const maya = world().slack.as("maya");
    const message = maya.post("inc-4711", `Exfiltration by ${NADIA}`);
    await whileHeld(async () => {
      expectAcked(await maya.shortcut("Act on this user", { message }));
      await maya.waitForModal("User named in the message");
      await maya.fill({ Change: "Deactivate" });
      expectAcked(await maya.submit());
      await maya.waitForModal(`Looking up ${NADIA} in Incydr…`);
    });
    await untilForm(maya);
  });

  test("the bot acks the submission of a form, wrong or right, and posts the card", async () => {
    const maya = world().slack.as("maya");
    await openForm(maya, `/incydr roles ${NADIA} add Alert Emails`);
    await whileHeld(async () => {
      expectAcked(await maya.submit({ skipClientChecks: true }));
      await maya.fill({ Reason: "Held" });
      const result = await maya.submit();
      expectAcked(result);
      expect(result.closed).toBe(true);
      await world()
        .slack.as("theo")
        .waitForMessage(APPROVALS, /Reason\s+▎Held/);
    });
  });

  test.for([
    // The bot does not know the Incydr users of these approvers yet.
    ["Approve", "priya", "Watchlist Manager", "Done and verified."],
    ["Deny", "lena", "Departing Employee Manager", "Denied."],
  ] as const)(
    "the bot acks the button “%s” of a card, tells the person that the click is saved, and decides later",
    async ([button, name, role, decided]) => {
      const approver = world().slack.as(name);
      const { id, card } = await makeRequest(world(), { command: `/incydr roles ${NADIA} add ${role}` });
      await whileHeld(async () => {
        const notice = await answerTo(approver, APPROVALS, async () => {
          expectAcked(await approver.click(button, { message: card }));
          if (button === "Approve") return;
          await approver.waitForModal(({ submit }) => submit === "Deny");
          await approver.fill({ Reason: "Held" });
          expectAcked(await approver.submit());
        });
        expect(notice.plain).toContain("Your click is saved. Incydr isn't available");
        expect((await waitForCard(world(), { id })).plain).toContain("Pending.");
      });
      // This test does not check when the queue tries the job again.
      const cardNow = async () => {
        await makeDueNow(world().db, "name = 'decide' and state = 'retry'");
        return (await waitForCard(world(), { id })).plain;
      };
      await expect.poll(cardNow, { interval: 50 }).toContain(decided);
      await untilQuiet(world());
    },
  );

  test("the bot acked none of these deliveries late", () => {
    const { deliveries } = world().slack;
    expect(deliveries.filter(({ outcome }) => !outcome.acked || outcome.ackMs >= ACK_MS)).toEqual([]);
    expect(new Set(deliveries.map(({ type }) => type))).toEqual(
      new Set(["/incydr", "block_actions", "view_submission", "view_closed", "message_action"]),
    );
  });
});
