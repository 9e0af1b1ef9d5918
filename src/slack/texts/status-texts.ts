import type { BotPart, BotStatus, WhoAmI } from "../../change-requests/index.ts";
import { quotedName, quotedUsername } from "../../kernel/quoted-name.ts";
import { CHANGE_TITLES, count } from "./change-texts.ts";
import { ageInWords, rolesReadText, usersReadText } from "./directory-texts.ts";
import { ACTION_WORDS } from "./forbidden-texts.ts";
import { ALL_FROZEN } from "./freeze-texts.ts";
import { orgsReadText } from "./org-texts.ts";
import { bold, code, type Inline, moment, person, plain } from "./rich-text.ts";

/** The parts of the bot by their names in `/readyz`. */
const PARTS: Readonly<Record<string, string>> = {
  database: "Database",
  queue: "Job queue",
  slack: "Connection to Slack",
  slack_api: "Slack's Web API",
  approvals_channel: "Approvals channel",
  audit_channel: "Audit channel",
  restricted_channel: "Restricted channels",
  audit_delivery: "Posting of audit entries",
  incydr: "Incydr",
  clock: "Clock of the machine",
};

const WORK: Readonly<Record<string, string>> = {
  prune: "deleting old records",
  announce_freeze: "announcing a freeze",
  publish_audit: "posting audit entries",
};

/** Whether changes are frozen, and by whom. */
export function freezeLines({ freeze, isReadOnly }: BotStatus): Inline[][] {
  const frozen: Inline[][] = freeze
    ? [
        [
          bold(`🧊 ${ALL_FROZEN} `),
          plain("by "),
          person(freeze.by),
          plain(" since "),
          moment(new Date(freeze.at)),
          plain(". Look-ups still work."),
        ],
      ]
    : [];
  const readOnly: Inline[][] = isReadOnly
    ? [[bold(`🧊 ${ALL_FROZEN} `), plain("by the bot's configuration (READ_ONLY). Look-ups still work.")]]
    : [];
  return freeze || isReadOnly ? [...frozen, ...readOnly] : [[plain("Changes are not frozen.")]];
}

/** Whether all parts work; the failing ones follow in a list. */
export function partsLines(parts: readonly BotPart[]): Inline[][] {
  const failing = parts.filter(({ state }) => state === "failing").length;
  const unknown = parts.filter(({ state }) => state === "unknown").map(partName);
  if (failing === 0 && unknown.length === 0) return [[plain("✅ All parts of the bot work.")]];
  return [
    ...(unknown.length > 0 ? [[plain(`Not checked yet: ${unknown.join(", ")}.`)]] : []),
    ...(failing > 0
      ? [[bold(`🔴 ${count(failing, "part")} of the bot ${failing === 1 ? "doesn't" : "don't"} work:`)]]
      : []),
  ];
}

/** A part that does not work. */
export function failingPart(part: BotPart): Inline[] {
  return [
    bold(partName(part)),
    plain(" since "),
    moment(new Date(part.since)),
    ...(part.code === null ? [] : [plain(" "), code(part.code)]),
  ];
}

function partName({ name }: BotPart): string {
  return PARTS[name] ?? name;
}

/** Whether work waits, and which work has stopped. */
export function queueLines({ isQueueLate, stopped }: BotStatus): Inline[][] {
  return [
    [
      plain(
        isQueueLate
          ? "⚠️ Work is late: some of it has been due for more than 5 minutes."
          : "No work is late: none has been due for more than 5 minutes.",
      ),
    ],
    ...stopped.map(({ job, reference }) => [
      plain(
        `⚠️ Failed too often: ${WORK[job] ?? job} (ref ${reference}). Ask an administrator to look in the log.`,
      ),
    ]),
  ];
}

/** The limit of requests to Incydr. */
export function limitLine({ incydr }: BotStatus): Inline[] {
  const { requestsPerMinute, sharing, replicas, pausedForMs } = incydr;
  const limit =
    requestsPerMinute === null ? "no limit" : `${requestsPerMinute.toLocaleString("en-US")} a minute`;
  const shared =
    sharing === "together"
      ? `, shared by ${count(replicas, "replica")}`
      : sharing === "cut_off"
        ? ". Redis isn't available, so this replica keeps to its share"
        : "";
  const pause =
    pausedForMs > 0
      ? ` ⚠️ Incydr refused a request because there were too many. The bot waits ${count(Math.ceil(pausedForMs / 1000), "second")}.`
      : "";
  return [bold("Requests to Incydr "), plain(`${limit}${shared}.${pause}`)];
}

/** The policies in force, the directory, and the version. */
export function versionLines({ policyHash, directory, version, startedAt }: BotStatus): Inline[][] {
  const { isKept, users, orgs } = directory;
  const stale = isKept ? [] : [plain(" The bot doesn't keep it up to date (DIRECTORY_REFRESH).")];
  const known =
    users.readUsers === 0
      ? "no users read yet. Until then, lists and searches by a part of the name find nobody."
      : `${usersReadText(users)} ${rolesReadText(users)} ${orgsReadText(orgs)}`;
  return [
    [bold("Policies "), code(policyHash.slice(0, 12)), plain(" are in force.")],
    [bold("Directory "), plain(known), ...stale],
    [bold("Version "), plain(`${version}, running since `), moment(new Date(startedAt)), plain(".")],
  ];
}

const LOOKS_ONLY = "You can look up, but you can't make or decide requests.";

/** The person's account in Slack and in Incydr, and their groups. */
export function whoAmILines({ slackUserId, displayName, incydr, groups }: WhoAmI): Inline[][] {
  const named = groups.map(({ handle, minutes }) => `@${handle} (${membership(minutes)})`).join(", ");
  return [
    [bold("Slack "), plain(`${quotedName(displayName)} `), code(slackUserId)],
    [bold("Incydr user "), ...incydrParts(incydr)],
    [bold("Groups "), plain(named || "none of those that the policies name")],
  ];
}

function membership(minutes: number | null): string {
  if (minutes === null) return "since the bot's first reading";
  return `for ${ageInWords(minutes * 60_000)}`;
}

function incydrParts(incydr: WhoAmI["incydr"]): Inline[] {
  if (incydr.user) {
    const how = incydr.by === "map" ? "set in OPERATOR_MAP" : "found by your e-mail";
    return [plain(`${quotedUsername(incydr.user.username)} `), code(incydr.user.userId), plain(`, ${how}`)];
  }
  if (incydr.why === "no_address")
    return [
      plain(
        `none: Slack shows no confirmed e-mail for you. ${LOOKS_ONLY} Ask an administrator to enter you in OPERATOR_MAP.`,
      ),
    ];
  const name = quotedUsername(incydr.username);
  if (incydr.why === "unavailable")
    return [plain(`unknown: the bot could not look for ${name} in Incydr. Try again in a minute.`)];
  const how = incydr.by === "map" ? "which OPERATOR_MAP names for you" : "your e-mail";
  const help = incydr.by === "map" ? "correct your entry in OPERATOR_MAP" : "enter you in OPERATOR_MAP";
  return [
    plain(
      `none: Incydr has no single user with the username ${name}, ${how}. ${LOOKS_ONLY} Ask an administrator to ${help}.`,
    ),
  ];
}

/** A permitted action, with the changes for which it is permitted, if not for all. */
export function permittedText({ action, changes }: WhoAmI["may"][number]): string {
  if (changes === null) return ACTION_WORDS[action];
  return `${ACTION_WORDS[action]}: ${changes.map((kind) => CHANGE_TITLES[kind].toLowerCase()).join(", ")}`;
}

/** The limits of the answer. */
export function whoAmINote({ groupsAgeMinutes }: WhoAmI): string {
  return `This holds for an ordinary user. It may differ for a given user: use /incydr can me deactivate <who>. The groups were read at most ${count(groupsAgeMinutes, "minute")} ago.`;
}
