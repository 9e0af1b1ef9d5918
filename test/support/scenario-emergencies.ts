import type { Message } from "../../sandbox/slack/driver/message-view.ts";
import { APPROVALS, type MadeRequest, newestRequest, waitForCard } from "./scenario-requests.ts";
import type { World } from "./world.ts";

/** Makes an emergency change by command and form, and waits for its card, as `shows` says. */
export async function makeEmergency(
  world: World,
  options: { subject: string; by?: string; shows?: string },
): Promise<MadeRequest> {
  const { subject, by = "jonas", shows = "" } = options;
  const person = world.slack.as(by);
  await person.command(`/incydr emergency ${subject}`, { in: APPROVALS });
  await person.waitForModal(({ submit }) => submit?.startsWith("Deactivate ") === true);
  await person.fill({ Reason: "Data is leaving now" });
  const { closed } = await person.submit();
  if (!closed) throw new Error(`The form was not accepted:\n${person.modal()?.plain}`);
  const id = await newestRequest(world);
  return { id, name: `CR-${id}`, card: await waitForCard(world, { id, shows }) };
}

/** Disputes an emergency by its card, and says why. */
export async function dispute(world: World, by: string, card: Message, reason: string): Promise<void> {
  const person = world.slack.as(by);
  await person.click("Dispute…", { message: card });
  await person.waitForModal(({ submit }) => submit === "Dispute");
  await person.fill({ Reason: reason });
  await person.submit();
}
