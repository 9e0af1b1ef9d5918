import { expect } from "vitest";
import type { Message } from "../../sandbox/slack/driver/message-view.ts";
import type { SlackPerson } from "../../sandbox/slack/driver.ts";
import { HARBORLIGHT } from "../../sandbox/slack/harborlight.ts";
import { auditEntries, auditLength } from "./scenario-audit.ts";
import { untilQuiet } from "./scenario-world.ts";
import type { World } from "./world.ts";

/** The channel that is told of every attempt; what stands there is checked in the audit log itself. */
const AUDIT_CHANNEL = "C0AUDIT";
const RESTRICTED_CHANNEL = "C0RESTRICT";

/** What one person sees, by channel, audit messages left out. */
export function seenBy({ slack }: World, person: string): [place: string, transcript: string][] {
  const places = [...HARBORLIGHT.channels.map(({ id }) => id), "dm"].filter((id) => id !== AUDIT_CHANNEL);
  const { sees, transcript } = slack.as(person);
  // The whole of some audit entries stands in the restricted channel.
  const shown = (place: string) =>
    place === RESTRICTED_CHANNEL
      ? sees(place)
          .flatMap(({ plain }) => (/^Audit entr(y|ies) /.test(plain) ? [] : [plain]))
          .join("\n")
      : transcript(place);
  return places.map((place) => [`${person} in ${place}`, shown(place)]);
}

/** What everybody but one person sees, by person and channel, audit messages left out. */
export function seenByOthers(world: World, person: string): Record<string, string> {
  const others = HARBORLIGHT.people.filter(({ key }) => key !== person);
  return Object.fromEntries(others.flatMap(({ key }) => seenBy(world, key)));
}

/**
 * Asserts that whatever `act` does has no effect: nobody but `by` sees anything of it, Incydr is sent no
 * write, no request is made or changes its state, and the audit log gains exactly the entries `audited`.
 */
export async function expectNoEffect(
  world: World,
  { by, audited }: { by: string; audited: readonly object[] },
  act: () => Promise<unknown>,
): Promise<void> {
  await untilQuiet(world);
  const others = seenByOthers(world, by);
  const writes = world.incydr.writeLog();
  const requests = await requestStates(world);
  const after = await auditLength(world);
  await act();
  await untilQuiet(world);
  expect(seenByOthers(world, by)).toEqual(others);
  expect(world.incydr.writeLog()).toEqual(writes);
  expect(await requestStates(world)).toEqual(requests);
  expect(await auditEntries(world, { after })).toMatchObject(audited);
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

async function requestStates({ db }: World): Promise<unknown[]> {
  const { rows } = await db.query(
    `select id, change_requests.state, targets.state as target, decisions
     from change_requests join targets on request_id = id
     cross join lateral (select count(*)::int as decisions from decisions where request_id = id and not void) as _
     order by id`,
  );
  return rows;
}
