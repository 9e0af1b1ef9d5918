import type { BenchWorld } from "../open-world.ts";
import type { PromisedBulk } from "./bulk.ts";
import { APPROVALS } from "./operators.ts";

/** The faults of a finished bulk: in the database, on its card, and in the file of its outcomes. */
export interface BulkFaults {
  /** Users whose change was interrupted at every try, and did not happen in Incydr. */
  readonly givenUp: readonly string[];
  readonly lost: readonly string[];
  readonly unfinished: readonly string[];
  readonly wrongMessages: readonly string[];
}

interface BulkTarget {
  readonly username: string;
  readonly state: string;
  readonly attempts: number;
  readonly why: string | null;
}

/** How often the bot tries a write without an effect. */
const MOST_ATTEMPTS = 3;

export async function checkBulk(world: BenchWorld, bulk: PromisedBulk): Promise<BulkFaults> {
  const { db } = world;
  const { requestId, usernames, approvedBy } = bulk;
  const { rows: targets } = await db.query<BulkTarget>(
    "select username, state, attempts, explanation as why from targets where request_id = $1 order by position",
    [requestId],
  );
  const isGivenUp = ({ username, state, attempts }: BulkTarget) =>
    state === "failed" && attempts === MOST_ATTEMPTS && world.sandbox.incydr.tenant.user(username).active;
  const { rowCount: decisions } = await db.query("select from decisions where request_id = $1 and not void", [
    requestId,
  ]);
  const name = `CR-${requestId}`;
  return {
    givenUp: targets.filter(isGivenUp).map(({ username }) => username),
    lost: [
      ...usernames
        .filter((username) => !targets.some((target) => target.username === username))
        .map((username) => `${name}: ${username} is not in it`),
      ...((decisions ?? 0) < approvedBy.size
        ? [`${name}: ${approvedBy.size} approvals were acknowledged, ${decisions} decided`]
        : []),
    ],
    unfinished: targets
      .filter((target) => target.state !== "verified" && target.state !== "already" && !isGivenUp(target))
      .map(({ username, state, why }) => `${name}: ${username} is ${state}: ${why}`),
    wrongMessages: wrongMessages(world, bulk, targets),
  };
}

/** Expects one card with the counts of the database, and for each announced outcome one file with every user. */
function wrongMessages(
  { sandbox }: BenchWorld,
  { requestId, usernames }: PromisedBulk,
  targets: readonly { readonly state: string }[],
): string[] {
  const name = `CR-${requestId}`;
  const seen = sandbox.slack.as("theo").sees(APPROVALS);
  const cards = seen.filter(({ plain, threadTs }) => !threadTs && plain.startsWith(`${name} ·`));
  const verified = targets.filter(({ state }) => state === "verified").length;
  const total = usernames.length;
  const isRight = cards.every(
    ({ plain }) =>
      plain.includes(`${total} of ${total}`) && plain.includes(`✅ ${verified} done and verified`),
  );
  const files = sandbox.slack
    .as("jonas")
    .sees("dm")
    .filter(({ plain }) => plain.startsWith(`${name} finished`))
    .flatMap((message) => message.files);
  const whole = files.filter(({ content }) => usernames.every((username) => content.includes(username)));
  return [
    ...(cards.length === 1 ? [] : [`${name}: ${cards.length} cards`]),
    ...(isRight
      ? []
      : [`${name}: ${verified} of ${total} are verified, but the card says\n${cards[0]?.plain}`]),
    ...(files.length === 1 && whole.length === 1
      ? []
      : [`${name}: ${files.length} files, ${whole.length} whole`]),
  ];
}
