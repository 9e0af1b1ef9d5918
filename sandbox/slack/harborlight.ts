/** A person of the seed; `username` and the e-mail's local part are the same. */
export interface SeedPerson {
  key: string;
  id: string;
  displayName: string;
  email: string;
  teamId: string;
  guest?: "single_channel" | "multi_channel";
  deactivated?: boolean;
  groups?: readonly string[];
}

/** A channel of the seed. `members` are the keys of its members, who may be people or the bot. */
export interface SeedChannel {
  id: string;
  name: string;
  kind: "public" | "private";
  members: readonly string[];
  sharedWith?: readonly string[];
}

/** The initial state of a simulated workspace. */
export interface WorkspaceSeed {
  team: { id: string; name: string; domain: string };
  app: { appId: string; botUserId: string; botId: string; botName: string };
  people: readonly SeedPerson[];
  groups: readonly { id: string; handle: string; name: string }[];
  channels: readonly SeedChannel[];
}

const TEAM = "T0HARBOR";
const PARTNER_TEAM = "T0PARTNER";
const ANALYSTS = "insider-risk-analysts";
const LEADS = "insider-risk-leads";
const RESPONDERS = "incident-responders";

function employee(key: string, displayName: string, groups: readonly string[] = []): SeedPerson {
  const email = `${displayName.toLowerCase().replace(" ", ".")}@harborlight.example`;
  return { key, id: `U0${key.toUpperCase()}`, displayName, email, teamId: TEAM, groups };
}

const people: readonly SeedPerson[] = [
  employee("maya", "Maya Lindqvist", [ANALYSTS]),
  employee("noor", "Noor Haddad", [ANALYSTS]),
  employee("theo", "Theo Okafor", [LEADS]),
  employee("priya", "Priya Raman", [LEADS]),
  employee("lena", "Lena Fischer", [ANALYSTS, LEADS]),
  employee("jonas", "Jonas Weber", [RESPONDERS]),
  employee("sam", "Sam Ortega"),
  employee("nadia", "Nadia Petrov"),
  employee("dario", "Dario Conti"),
  employee("ben", "Ben Adeyemi"),
  {
    key: "gil",
    id: "U0GIL",
    displayName: "Gil Marsh",
    email: "gil.marsh@contractor.example",
    teamId: TEAM,
    guest: "single_channel",
  },
  { ...employee("olga", "Olga Novak", [LEADS]), deactivated: true },
  {
    key: "casey",
    id: "U0CASEY",
    displayName: "Casey Quinn",
    email: "casey.quinn@partner.example",
    teamId: PARTNER_TEAM,
  },
];

const BOT = "bot";
const everyEmployee = people
  .filter((person) => person.teamId === TEAM && !person.guest && !person.deactivated)
  .map((person) => person.key);

/** The fictional company of the sandbox, the tour and the scenario tests. */
export const HARBORLIGHT: WorkspaceSeed = {
  team: { id: TEAM, name: "Harborlight", domain: "harborlight" },
  app: { appId: "A0INCYDR", botUserId: "U0BOT", botId: "B0INCYDR", botName: "incydr" },
  people,
  groups: [
    { id: "S0ANALYSTS", handle: ANALYSTS, name: "Insider risk analysts" },
    { id: "S0LEADS", handle: LEADS, name: "Insider risk leads" },
    { id: "S0RESPOND", handle: RESPONDERS, name: "Incident responders" },
  ],
  channels: [
    {
      id: "C0APPROVE",
      name: "insider-risk-approvals",
      kind: "private",
      members: ["maya", "noor", "theo", "priya", "lena", "jonas", BOT],
    },
    { id: "C0AUDIT", name: "insider-risk-audit", kind: "private", members: ["theo", "priya", BOT] },
    { id: "C0RESTRICT", name: "insider-risk-restricted", kind: "private", members: ["theo", "priya", BOT] },
    { id: "C0RESTRICT2", name: "insider-risk-sealed", kind: "private", members: ["lena", "jonas", BOT] },
    { id: "C0INC4711", name: "inc-4711", kind: "private", members: ["maya", "theo", "jonas", BOT] },
    { id: "C0INC4712", name: "inc-4712", kind: "private", members: ["jonas", "theo", "dario", BOT] },
    { id: "C0GENERAL", name: "general", kind: "public", members: [...everyEmployee, BOT] },
    { id: "C0WATER", name: "watercooler", kind: "private", members: ["maya", "sam", "theo", BOT] },
    {
      id: "C0PARTNER",
      name: "partner-project",
      kind: "private",
      members: ["maya", "theo", "casey", BOT],
      sharedWith: [PARTNER_TEAM],
    },
    { id: "C0CONTRACT", name: "contractors", kind: "private", members: ["maya", "theo", "gil", BOT] },
    { id: "C0NOBOT", name: "no-bot-here", kind: "private", members: ["maya", "theo"] },
  ],
};
