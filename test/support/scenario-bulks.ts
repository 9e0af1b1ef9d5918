import type { FieldInput } from "../../sandbox/slack/driver/field-input.ts";
import type { Message } from "../../sandbox/slack/driver/message-view.ts";
import type { Modal } from "../../sandbox/slack/driver.ts";
import { APPROVALS, newestRequest, waitForCard } from "./scenario-requests.ts";
import type { World } from "./world.ts";

/**
 * The usernames, in lower case, of active users without special roles or legal hold, except the people of the scenario.
 */
export function employees({ incydr: { tenant }, slack: { workspace } }: World): string[] {
  const known = new Set([...workspace.people.values()].map(({ email }) => email));
  return tenant.users
    .flatMap(({ userId, username, active }) => {
      const isPlain = tenant.rolesOf(userId).length === 2 && tenant.mattersOf(userId).length === 0;
      const name = username ?? "";
      return active && isPlain && name === name.toLowerCase() && /^[a-z.]+@/.test(name) && !known.has(name)
        ? [name]
        : [];
    })
    .filter((name) => !name.startsWith("service."));
}

export interface BulkSteps {
  /** Such as `/incydr bulk deactivate`. */
  readonly command: string;
  /** The content of the first form. */
  readonly input: Readonly<Record<string, FieldInput>>;
  /** The requester; default maya. */
  readonly by?: string;
}

/** Types the command, gives the input, and waits for the form with the results of the dry run. */
export async function readBulk({ slack }: World, { command, input, by = "maya" }: BulkSteps): Promise<Modal> {
  const person = slack.as(by);
  await person.command(command, { in: APPROVALS });
  await person.waitForModal(({ submit }) => submit === "Preview");
  await person.fill(input);
  await person.submit();
  return person.waitForModal(
    ({ submit, plain }) => submit !== "Preview" && !plain.includes("Reading these"),
    {
      timeoutMs: 30_000,
    },
  );
}

/** Fills in that form, submits it, and waits for the card of the request. */
export async function makeBulk(
  world: World,
  steps: BulkSteps,
): Promise<{ id: number; name: string; card: Message }> {
  const by = steps.by ?? "maya";
  await readBulk(world, steps);
  const person = world.slack.as(by);
  await person.fill({ Reason: "Asked by a test" });
  const { closed } = await person.submit();
  if (!closed) throw new Error(`The form was not accepted:\n${person.modal()?.plain}`);
  const id = await newestRequest(world);
  return { id, name: `CR-${id}`, card: await waitForCard(world, { id }) };
}
