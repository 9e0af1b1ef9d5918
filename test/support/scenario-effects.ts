import { expect } from "vitest";
import type { Message } from "../../sandbox/slack/driver/message-view.ts";
import type { Modal, PlaceOptions, SlackPerson } from "../../sandbox/slack/driver.ts";
import { HARBORLIGHT } from "../../sandbox/slack/harborlight.ts";
import { type AuditedEntry, auditEntries, auditLength } from "./scenario-audit.ts";
import { APPROVALS } from "./scenario-requests.ts";
import { untilQuiet } from "./scenario-world.ts";
import type { World } from "./world.ts";

/** The audit channel. Its messages are ignored, because the tests check the audit log itself. */
const AUDIT_CHANNEL = "C0AUDIT";
const RESTRICTED_CHANNEL = "C0RESTRICT";

/** The messages that one person sees, by channel, without audit messages. */
export function seenBy({ slack }: World, person: string): [place: string, transcript: string][] {
  const places = [...HARBORLIGHT.channels.map(({ id }) => id), "dm"].filter((id) => id !== AUDIT_CHANNEL);
  const { sees, transcript } = slack.as(person);
  // Some whole audit entries are in the restricted channel.
  const shown = (place: string) =>
    place === RESTRICTED_CHANNEL
      ? sees(place)
          .flatMap(({ plain }) => (/^Audit entr(y|ies) /.test(plain) ? [] : [plain]))
          .join("\n")
      : transcript(place);
  return places.map((place) => [`${person} in ${place}`, shown(place)]);
}

/** The messages that all people except one see, by person and channel, without audit messages. */
export function seenByOthers(world: World, person: string): Record<string, string> {
  const others = HARBORLIGHT.people.filter(({ key }) => key !== person);
  return Object.fromEntries(others.flatMap(({ key }) => seenBy(world, key)));
}

/**
 * A person, and the audit entries that are the only effect of the person's attempt; or the details of the one entry.
 */
export type Attempt = { readonly by: string } & (
  | { readonly audited: readonly object[] }
  | { readonly rejected: object; readonly about?: AuditedAbout }
  | { readonly forbidden: object; readonly about?: AuditedAbout }
);
type AuditedAbout = Partial<Pick<AuditedEntry, "request" | "subject">>;

function auditedOf({ slack }: World, attempt: Attempt): readonly object[] {
  if ("audited" in attempt) return attempt.audited;
  const { by: key, about, ...outcome } = attempt;
  const by = slack.as(key).person.id;
  return Object.entries(outcome).map(([kind, details]) => ({
    kind: `attempt.${kind}`,
    by,
    ...about,
    details,
  }));
}

/**
 * Asserts that `act` has no effect except the attempt's audit entries:
 * - Only `by` sees a change.
 * - Incydr gets no write.
 * - No request is made, and no request changes its state.
 *
 * Resolves to the result of `act`.
 */
export async function expectNoEffect<T>(world: World, attempt: Attempt, act: () => Promise<T>): Promise<T> {
  const { by } = attempt;
  await untilQuiet(world);
  const others = seenByOthers(world, by);
  const writes = world.incydr.writeLog();
  const requests = await requestStates(world);
  const after = await auditLength(world);
  const result = await act();
  await untilQuiet(world);
  expect(seenByOthers(world, by)).toEqual(others);
  expect(world.incydr.writeLog()).toEqual(writes);
  expect(await requestStates(world)).toEqual(requests);
  expect(await auditEntries(world, { after })).toMatchObject(auditedOf(world, attempt));
  return result;
}

/** The answer to a command that has no effect. */
export function refusedCommand(
  world: World,
  line: string,
  { in: place, ...attempt }: Attempt & { readonly in?: string },
): Promise<Message> {
  return expectNoEffect(world, attempt, () => answerToCommand(world.slack.as(attempt.by), line, place));
}

/** The answer to a click on a message that has no effect. */
export function refusedClick(
  world: World,
  button: string,
  message: Message,
  { stale, tamper, ...attempt }: Attempt & ClickOptions,
): Promise<Message> {
  const how = { ...(stale && { stale }), ...(tamper && { tamper }) };
  return expectNoEffect(world, attempt, () =>
    answerToClick(world.slack.as(attempt.by), button, message, how),
  );
}

/** The notice that a command opens instead of a form; the command has no effect. */
export function refusedForm(world: World, line: string, attempt: Attempt): Promise<Modal> {
  return expectNoEffect(world, attempt, async () => {
    const person = world.slack.as(attempt.by);
    await person.command(line, { in: APPROVALS });
    const notice = await person.waitForModal(({ plain }) => !plain.includes("Looking up"));
    expect(notice.submit).toBeUndefined();
    await person.close();
    return notice;
  });
}

/** As `refusedForm`, for a command whose user must be named again: the form that asks for the user. */
export function formAskingAgain(world: World, line: string, attempt: Attempt): Promise<Modal> {
  return expectNoEffect(world, attempt, async () => {
    const person = world.slack.as(attempt.by);
    await person.command(line, { in: APPROVALS });
    const form = await person.waitForModal(({ submit }) => submit === "Continue");
    await person.close();
    return form;
  });
}

/** The one ephemeral that a person gets in a channel as the answer to what they do. */
export async function answerTo(
  person: SlackPerson,
  channel: string,
  act: () => Promise<unknown>,
): Promise<Message> {
  const earlier = new Set(person.sees(channel).map(({ ts }) => ts));
  await act();
  return person.waitForMessage(
    channel,
    ({ ts, ephemeral, plain }) => ephemeral && !earlier.has(ts) && plain !== "Looking up…",
  );
}

/** The answer to a command, which only its person sees. */
export function answerToCommand(person: SlackPerson, line: string, place = APPROVALS): Promise<Message> {
  return answerTo(person, place, () => person.command(line, { in: place }));
}

type ClickOptions = Pick<PlaceOptions, "stale" | "tamper">;

/** The answer to a click on a message, which only its person sees. */
export function answerToClick(
  person: SlackPerson,
  button: string,
  message: Message,
  how: ClickOptions = {},
): Promise<Message> {
  return answerTo(person, message.channelId, () => person.click(button, { message, ...how }));
}

/** The page of a list that a button puts in its place. Only its person sees the list. */
export async function turnedPage(person: SlackPerson, button: string, list: Message): Promise<Message> {
  await person.click(button, { message: list });
  return person.waitForMessage(list.channelId, ({ ts, plain }) => ts === list.ts && plain !== list.plain);
}

async function requestStates({ db }: World): Promise<unknown[]> {
  const { rows } = await db.query(
    `select id, change_requests.state, targets.state as target, decisions
     from change_requests join targets on request_id = id
     cross join lateral (select count(*)::int as decisions from decisions where request_id = id and not void) as _
     order by id`,
  );
  return rows;
}
