import {
  approvalsNeeded,
  type Cast,
  CHANGE_ACTIONS,
  type ChangeAction,
  changeOf,
  isCommandLine,
  MOST_APPROVALS,
  type Policy,
  type PolicyEngine,
  personOf,
  type Question,
  subjectOf,
  TENANT_ACTIONS,
} from "../../src/authorization/index.ts";
import { markdownTable } from "./page-parts.ts";

type ToldChange = Parameters<typeof changeOf>[1];

/** Policies, and the people and subjects to ask them about. */
export interface MatrixOptions {
  readonly engine: PolicyEngine;
  readonly policies: readonly Policy[];
  readonly cast: Cast;
}

/** What is asked with each action, beside a deactivation that somebody else requested. */
const ACTION_TITLES: Readonly<Record<ChangeAction, string>> = {
  request: "request a deactivation",
  approve: "approve a deactivation that somebody else requested",
  deny: "deny a deactivation that somebody else requested",
  execute: "let the deactivation that they requested run",
  emergency: "deactivate in an emergency",
  ratify: "ratify the emergency deactivation of somebody else",
  cancel: "cancel the request of somebody else",
  revoke: "revoke a grant",
};

/** Actions by which somebody begins a change: the request is theirs. */
const OWN: readonly ChangeAction[] = ["request", "execute", "emergency"];

/** What can be done to one's own request, if the policies let one. */
const DECIDING = ["approve", "deny", "ratify", "cancel"] as const satisfies readonly ChangeAction[];

/** The changes whose approvals are told side by side. */
const CHANGES: readonly (readonly [title: string, change: ToldChange])[] = [
  ["deactivate", { change: "deactivate" }],
  ["activate", { change: "activate" }],
  ["move", { change: "move" }],
  ["add a role", { change: "add_roles", roles: ["Desktop User"] }],
  ["add a privileged role", { change: "add_roles", roles: ["Security Administrator"], addsPrivileged: true }],
  ["remove a role", { change: "remove_roles", roles: ["Desktop User"] }],
  ["replace the roles", { change: "replace_roles", roles: ["Desktop User"] }],
  ["activate eleven users at once", { change: "activate", targets: 11 }],
];

/** Every person × action × subject of the cast, as the policies decide it, in Markdown. */
export function authorizationMatrix(options: MatrixOptions): string {
  const { cast, policies } = options;
  const subjects = Object.keys(cast.subjects);
  return [
    "### The tenant as a whole",
    markdownTable(["who", ...TENANT_ACTIONS.map(code)], tenantRows(options)),
    ...CHANGE_ACTIONS.flatMap((action) => [
      `### \`${action}\`: ${ACTION_TITLES[action]}`,
      markdownTable(["who", ...subjects], changeRows(options, action)),
    ]),
    "### Their own request, about an employee",
    markdownTable(["who", ...DECIDING.map(code)], ownRequestRows(options)),
    "### Approvals by change, requested by an analyst",
    markdownTable(["change", ...subjects], approvalRows(options)),
    "### The rules that stop",
    markdownTable(
      ["rule", "what it tells", "where"],
      policies.flatMap(({ id, reason, file, effect }) =>
        effect === "forbid" ? [[code(id), reason ?? "", file]] : [],
      ),
    ),
  ].join("\n\n");
}

function tenantRows({ engine, cast }: MatrixOptions): string[][] {
  return Object.keys(cast.people).map((who) => [
    who,
    ...TENANT_ACTIONS.map((action) => verdict(engine, { principal: personOf(cast, who), action })),
  ]);
}

function changeRows(options: MatrixOptions, action: ChangeAction): string[][] {
  const told = OWN.includes(action) ? { requester: "who acts" } : {};
  return Object.keys(options.cast.people).map((who) => [who, ...cells(options, { who, action, told })]);
}

function ownRequestRows({ engine, cast }: MatrixOptions): string[][] {
  return Object.keys(cast.people).map((who) => {
    const principal = personOf(cast, who);
    const subject = subjectOf(cast, "employee", principal);
    const change = changeOf(cast, { requester: "who acts" }, principal);
    return [
      who,
      ...DECIDING.map((action) => verdict(engine, { principal, action, subject, change } as Question)),
    ];
  });
}

function approvalRows(options: MatrixOptions): string[][] {
  return CHANGES.map(([title, change]) => {
    const told = { ...change, requester: "who acts" };
    return [title, ...cells(options, { who: "analyst", action: "execute", told })];
  });
}

/** One cell for each subject of the cast. */
function cells(
  { engine, cast }: MatrixOptions,
  { who, action, told }: { who: string; action: ChangeAction; told: ToldChange },
): string[] {
  const principal = personOf(cast, who);
  return Object.keys(cast.subjects).map((name) => {
    const subject = subjectOf(cast, name, principal);
    const change = changeOf(cast, told, principal);
    // The command line may do none of it; the engine says so of what is no question for the types.
    if (action !== "execute" || isCommandLine(principal))
      return verdict(engine, { principal, action, subject, change } as Question);
    const needed = approvalsNeeded(engine, principal, { subject, change });
    if (needed !== null) return `${needed} ${needed === 1 ? "approval" : "approvals"}`;
    return verdict(engine, { principal, action, subject, change: { ...change, approvals: MOST_APPROVALS } });
  });
}

/** `yes`, the first rule that stops it and how many more do, or `–` if nothing permits it. */
function verdict(engine: PolicyEngine, question: Question): string {
  const decision = engine.decide(question);
  if (decision.allowed) return "yes";
  const [first, ...more] = decision.denial.policyIds;
  if (first === undefined) return "–";
  return more.length === 0 ? code(first) : `${code(first)} +${more.length}`;
}

function code(text: string): string {
  return `\`${text}\``;
}
