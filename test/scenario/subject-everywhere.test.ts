import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { Message } from "../../sandbox/slack/driver/message-view.ts";
import { HARBORLIGHT } from "../../sandbox/slack/harborlight.ts";
import { ACTION_IDS, VIEW_IDS } from "../../src/slack/ids/registrations.ts";
import { everyEntryPoint } from "../support/registered-listeners.ts";
import { auditEntries, auditLength } from "../support/scenario-audit.ts";
import { APPROVALS, emailOf, makeRequest } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";
import { sendView } from "../support/signed-interactions.ts";
import { withAction } from "../support/tampers.ts";

// Lena is analyst, lead and responder. Through each surface she asks for a request that does not exist. Then a request
// about her exists, and she asks again in each of its states. All answers must be equal to the byte.

const world = useWorld();
const OWN = emailOf("lena.fischer");
const PLACES = [...HARBORLIGHT.channels.map(({ id }) => id), "dm"];
/** The request about somebody else, on whose card the forged clicks are made. */
let shown: Message;
/** The number that the request about Lena gets. */
let hidden = 0;

/** Buttons whose value names a request: each that isn't of a looked-up user or of a list from the directory. */
const CARD_BUTTONS = everyEntryPoint().flatMap((entryPoint) => {
  const actionId = entryPoint.startsWith("action ") ? entryPoint.slice("action ".length) : "";
  const isOther = actionId === ACTION_IDS.openLink || actionId.startsWith(ACTION_IDS.runCommand);
  const isOfRequest = actionId !== "" && !isOther && !/^(?:subject|org)_/.test(actionId);
  return isOfRequest ? [actionId] : [];
});
/** Commands about Lena herself that answer with a message, and those that open a modal. */
const ANSWERED = [
  ...[
    `grants ${OWN}`,
    `grants ${OWN} --page 2`,
    "requests --before CR-1000000",
    `user ${OWN}`,
    `roles ${OWN}`,
    `can me approve ${OWN}`,
  ],
  ...["requests all --since 1d", "requests all --by <@U0MAYA|maya>", `requests all --subject ${OWN}`],
];
const OPENED = [
  ...[`deactivate ${OWN}`, `activate ${OWN}`, `move ${OWN} Sales`, `emergency ${OWN}`],
  ...[`roles ${OWN} add`, `roles ${OWN} add Alert Emails`, `roles ${OWN} set`],
];

beforeAll(async () => {
  const { slack } = world();
  await slack.admin.addToGroup("incident-responders", "lena");
  const nadia = await makeRequest(world(), {
    command: `/incydr roles ${emailOf("nadia.petrov")} add Alert Emails`,
  });
  shown = nadia.card;
  hidden = nadia.id + 1;
  await untilQuiet(world());
});

/** The JSON of Lena's messages, without the ids that Slack makes for each message. */
function bytesOf(value: object): string {
  const MADE_UP = ["block_id", "blockId", "ts", "id", "hash", "privateMetadata", "private_metadata"];
  return JSON.stringify(value, (key, each) => (MADE_UP.includes(key) ? undefined : each));
}

/** The messages that Lena sees now. */
function seenByLena(): Map<string, string> {
  const lena = world().slack.as("lena");
  const seen = PLACES.flatMap((place) => lena.sees(place).map((message) => ({ place, message })));
  return new Map(
    seen
      .filter(({ message }) => message.plain !== "Looking up…")
      .map(({ place, message }) => [`${place} ${message.ts}`, bytesOf(message)]),
  );
}

/** The messages that Lena sees after `act`, in no order; waits until there are `count` or more. */
async function shownBy(count: number, act: () => Promise<unknown>): Promise<string[]> {
  const before = seenByLena();
  const shownSince = () =>
    [...seenByLena()].flatMap(([key, bytes]) => (before.get(key) === bytes ? [] : [bytes]));
  await act();
  await expect.poll(() => shownSince().length, { timeout: 20_000 }).toBeGreaterThanOrEqual(count);
  await untilQuiet(world());
  // On a busy machine, Incydr may count as unavailable for a moment. The bot says this whether or not a request exists.
  return shownSince()
    .filter((bytes) => !bytes.includes("Your click is saved. Incydr isn't available"))
    .sort();
}

/** The final content of a modal that Lena opens. */
async function opened(open: () => Promise<unknown>): Promise<string> {
  const lena = world().slack.as("lena");
  await open();
  const modal = await lena.waitForModal(({ plain }) => !plain.includes("Looking up"));
  await lena.close({ all: true });
  return bytesOf(modal);
}

const click = (action_id: string) =>
  world()
    .slack.as("lena")
    .click("Approve", { message: shown, tamper: withAction({ action_id, value: String(hidden) }) });

const command = (text: string) => world().slack.as("lena").command(`/incydr ${text}`, { in: APPROVALS });

function submitReason(callbackId: string): Promise<unknown> {
  const { slack } = world();
  const place = { channelId: "C0APPROVE", threadTs: null };
  return sendView(slack, "view_submission", slack.as("lena").person.id, {
    id: `V0${randomUUID()}`,
    callback_id: callbackId,
    private_metadata: JSON.stringify({ requestId: hidden, shownSnapshot: "0123456789abcdef", place }),
    state: { values: { reason: { value: { type: "plain_text_input", value: "Asked by a test" } } } },
  });
}

/** The answers to Lena through each surface that names the request or lists some. */
async function askEverywhere(): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  const answering = CARD_BUTTONS.filter((actionId) => actionId !== ACTION_IDS.undo);
  answers["a button"] = await shownBy(answering.length, () => Promise.all(answering.map(click)));
  const forms = [VIEW_IDS.denialForm, VIEW_IDS.disputeForm];
  answers["a form that asks why"] = await shownBy(forms.length, () => Promise.all(forms.map(submitReason)));
  answers["/incydr request"] = await shownBy(1, () => command(`request CR-${hidden}`));
  answers["/incydr cancel"] = await shownBy(2, () => command(`cancel CR-${hidden}`));
  for (const list of ["requests", "requests all", "requests mine", "requests waiting"])
    answers[`/incydr ${list}`] = await shownBy(1, () => command(list));
  answers["/incydr grants"] = await shownBy(1, () => command("grants"));
  // A page before which the hidden request is, and one that begins behind it.
  for (const number of [hidden, hidden + 1])
    answers[`before CR-${number}`] = await shownBy(1, () => command(`requests all --before CR-${number}`));
  answers["/incydr undo"] = await opened(() => command(`undo CR-${hidden}`));
  answers["Undo…"] = await opened(() => click(ACTION_IDS.undo));
  return answers;
}

/** The answers to questions of Lena about herself, and to requests for a change to herself. */
async function askForOneself(): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const text of ANSWERED) answers[text] = await shownBy(1, () => command(text));
  for (const text of OPENED) answers[text] = await opened(() => command(text));
  return answers;
}

const set = (column: string, value: unknown) =>
  world().db.query(`update change_requests set ${column} = $2 where id = $1`, [hidden, value]);
const setTarget = (state: string) =>
  world().db.query("update targets set state = $2, settled_at = now() where request_id = $1", [
    hidden,
    state,
  ]);

/** States of the request about Lena, one after the other. */
const STATES: Record<string, () => Promise<unknown>> = {
  pending: async () => {},
  "approved, while all is frozen": async () => {
    await set("state", "approved");
    await set("waiting_for", "freeze");
  },
  stale: () => set("state", "stale"),
  denied: () => set("state", "denied"),
  cancelled: () => set("state", "cancelled"),
  "done and verified, with a role for a limited time": async () => {
    await set("waiting_for", null);
    await set("state", "done");
    await set("change", {
      kind: "add_roles",
      roles: [{ id: "org-admin", name: "Org Admin" }],
      grantHours: 8,
    });
    await setTarget("verified");
    await world().db.query(
      `insert into grants (request_id, user_id, role_id, role_name, state, granted_at, ends_at)
       select request_id, user_id, 'org-admin', 'Org Admin', 'active', now() - interval '1 hour',
         now() + interval '7 hours' from targets where request_id = $1`,
      [hidden],
    );
  },
  "an emergency to be ratified": async () => {
    await set("emergency", { ratifyWithinHours: 24, escalateTo: [] });
    await world().db.query(
      "insert into ratifications (request_id, state, deadline_at) values ($1, 'awaiting', now() + interval '1 day')",
      [hidden],
    );
  },
  "a bulk under way": async () => {
    await set("emergency", null);
    await set("state", "executing");
    await set("paused", true);
    await world().db.query(
      `insert into targets select (jsonb_populate_record(target, jsonb_build_object('position', 1,
         'user_id', other.user_id, 'username', other.username))).*
       from targets as target, targets as other
       where target.request_id = $1 and target.position = 0 and other.request_id = $2`,
      [hidden, hidden - 1],
    );
    await setTarget("waiting");
  },
};

/** A form about somebody who is one of many in the request about Lena, and the only subject of another. */
const formAboutAnother = () => opened(() => command(`move ${emailOf("nadia.petrov")} Sales`));

/** States that a form about the subject would show. */
const IN_FORMS = ["pending", "done and verified, with a role for a limited time"];

describe("a subject who is analyst, lead and responder", () => {
  let before: Record<string, unknown> = {};
  let beforeForOneself: Record<string, unknown> = {};
  let beforeForAnother = "";

  test("each surface answers the subject before there is a request", async () => {
    before = await askEverywhere();
    beforeForOneself = await askForOneself();
    beforeForAnother = await formAboutAnother();
    expect(beforeForAnother).toContain(`Other open requests for this user: CR-${hidden - 1}.`);
    const named = [
      before["a button"],
      before["a form that asks why"],
      before["/incydr undo"],
      before["Undo…"],
      before["/incydr request"],
    ];
    const answers = named.flat().map(String);
    expect(answers).toHaveLength(CARD_BUTTONS.length + 4);
    for (const answer of answers) expect(answer).toContain(`"There is no CR-${hidden} that you can see."`);
  });

  test("the subject sees nothing of a new request about them", async () => {
    const seen = await shownBy(0, () =>
      makeRequest(world(), {
        command: `/incydr roles ${OWN} add Org Admin`,
        cardIn: "insider-risk-restricted",
      }),
    );
    expect(seen).toEqual([]);
    const { rows } = await world().db.query("select max(id)::int as id from change_requests");
    expect(rows).toEqual([{ id: hidden }]);
  });

  test.for(Object.entries(STATES))(
    "each surface answers the subject the same while the request is %s",
    async ([state, reach]) => {
      await reach();
      const after = await auditLength(world());
      expect(await askEverywhere()).toEqual(before);
      const tried = (await auditEntries(world(), { after })).filter(
        ({ request }) => request === `CR-${hidden}`,
      );
      for (const entry of tried)
        expect(entry).toMatchObject({ kind: "attempt.rejected", details: { fault: "hidden_from_subject" } });
      expect(tried).toHaveLength(CARD_BUTTONS.length + 5);
      expect(await formAboutAnother()).toEqual(beforeForAnother);
      if (IN_FORMS.includes(state)) expect(await askForOneself()).toEqual(beforeForOneself);
    },
  );
});
