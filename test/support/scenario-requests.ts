import type { FieldInput } from "../../sandbox/slack/driver/field-input.ts";
import type { Message } from "../../sandbox/slack/driver/message-view.ts";
import type { Modal, SlackPerson, SubmitResult } from "../../sandbox/slack/driver.ts";
import type { World } from "./world.ts";

/** The channel of requests that were made in no other card channel. */
export const APPROVALS = "insider-risk-approvals";

/** The e-mail address and Incydr username of a person of the fictional company, from a name such as `nadia.petrov`. */
export function emailOf(name: string): string {
  return `${name}@harborlight.example`;
}

/** A made request, with the first version of its card. */
export interface MadeRequest {
  readonly id: number;
  /** Such as `CR-3`. */
  readonly name: string;
  readonly card: Message;
}

export interface RequestSteps {
  /** The command that opens the form, such as `/incydr deactivate nadia.petrov@harborlight.example`. */
  readonly command: string;
  /** The requester; default maya. */
  readonly by?: string;
  /** Where the command is typed; default the approvals channel. */
  readonly in?: string;
  /** Further fields of the form, or another reason. */
  readonly fields?: Readonly<Record<string, FieldInput>>;
  /** The channel of the card; default: the channel of the command. */
  readonly cardIn?: string;
  /** The person who looks for it; default theo. */
  readonly seenBy?: string;
}

/** Asks for a change by command and form, and waits for its card. */
export async function makeRequest(world: World, steps: RequestSteps): Promise<MadeRequest> {
  const { command, by = "maya", in: place = APPROVALS, fields = {}, cardIn = place, seenBy = "theo" } = steps;
  const { slack } = world;
  const person = slack.as(by);
  await openForm(person, command, place);
  await person.fill({ Reason: "Asked by a test", ...fields });
  const { closed } = await person.submit();
  if (!closed) throw new Error(`The form was not accepted:\n${person.modal()?.plain}`);
  const id = await newestRequest(world);
  const card = await waitForCard(world, { id, in: cardIn, seenBy });
  return { id, name: `CR-${id}`, card };
}

/** Opens the form of a change by a command, and waits until it can be filled in. */
export async function openForm(person: SlackPerson, command: string, place = APPROVALS): Promise<Modal> {
  await person.command(command, { in: place });
  return untilForm(person);
}

/** The submit buttons of a form: the change needs approval, may need it, or runs without it. */
const FORM_LABELS = ["Request approval", "Submit", "Deactivate now", "Run now"];

/** Waits until the form of a change can be filled in. */
export function untilForm(person: SlackPerson): Promise<Modal> {
  return person.waitForModal(({ submit }) => FORM_LABELS.includes(submit ?? ""));
}

/** Uses the shortcut on a message, and waits for the form that asks for the user and the change. */
export async function openChoice(person: SlackPerson, message: Message): Promise<Modal> {
  await person.shortcut("Act on this user", { message });
  return person.waitForModal(({ submit }) => submit === "Continue");
}

/** Approves a request by its card, and waits until the card shows `shows`; default: that the change is done. */
export async function approveAndWait(
  world: World,
  { id, card }: Pick<MadeRequest, "id" | "card">,
  { by = "theo", ...shown }: Omit<ShownCard, "id"> & { by?: string } = {},
): Promise<Message> {
  await world.slack.as(by).click("Approve", { message: card });
  return waitForCard(world, { id, shows: "Done and verified.", ...shown });
}

/** Requests a change, approves it, and waits until it is done; `card` is the card that says so. */
export async function carryOut(world: World, steps: RequestSteps): Promise<MadeRequest> {
  const made = await makeRequest(world, steps);
  return { ...made, card: await approveAndWait(world, made) };
}

/** Opens the form that asks for the reason of a denial. */
export async function openDenial(person: SlackPerson, card: Message): Promise<void> {
  await person.click("Deny", { message: card });
  await person.waitForModal(({ submit }) => submit === "Deny");
}

/** Denies a request by its card, and says why. */
export async function deny(
  person: SlackPerson,
  card: Message,
  reason = "Denied by a test",
): Promise<SubmitResult> {
  await openDenial(person, card);
  await person.fill({ Reason: reason });
  return person.submit();
}

interface ShownCard {
  readonly id: number;
  readonly in?: string;
  readonly seenBy?: string;
  readonly shows?: string | RegExp;
  readonly timeoutMs?: number;
}

/** The card of a request as somebody sees it, as soon as it matches. */
export function waitForCard({ slack }: World, card: ShownCard): Promise<Message> {
  const { id, in: place = APPROVALS, seenBy = "theo", shows = "", timeoutMs = 20_000 } = card;
  return slack
    .as(seenBy)
    .waitForMessage(
      place,
      ({ plain }) =>
        plain.startsWith(`CR-${id} ·`) &&
        (shows instanceof RegExp ? shows.test(plain) : plain.includes(shows)),
      { timeoutMs },
    );
}

/** The number of the request that was made last; 0 if there is none. */
export async function newestRequest({ db }: World): Promise<number> {
  const { rows } = await db.query<{ id: number | null }>("select max(id)::int as id from change_requests");
  return rows[0]?.id ?? 0;
}
