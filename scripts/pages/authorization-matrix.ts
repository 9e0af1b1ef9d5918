import {
  approvalsNeeded,
  type CaseFixtures,
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

/** Policies, and the people and subjects of the matrix. */
export interface MatrixOptions {
  readonly engine: PolicyEngine;
  readonly policies: readonly Policy[];
  readonly fixtures: CaseFixtures;
}

/** A description of each action, for a deactivation. */
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

/** Actions that start a change. The person is its requester. */
const OWN: readonly ChangeAction[] = ["request", "execute", "emergency"];

/** Actions on one's own request, if the policies permit them. */
const DECIDING = ["approve", "deny", "ratify", "cancel"] as const satisfies readonly ChangeAction[];

/** The changes of the table of required approvals. */
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

/** The decisions of the policies for every person × action × subject of the fixtures, in Markdown. */
export function authorizationMatrix(options: MatrixOptions): string {
  const { fixtures, policies } = options;
  const subjects = Object.keys(fixtures.subjects);
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

function tenantRows({ engine, fixtures }: MatrixOptions): string[][] {
  return Object.keys(fixtures.people).map((who) => [
    who,
    ...TENANT_ACTIONS.map((action) => verdict(engine, { principal: personOf(fixtures, who), action })),
  ]);
}

function changeRows(options: MatrixOptions, action: ChangeAction): string[][] {
  const told = OWN.includes(action) ? { requester: "who acts" } : {};
  return Object.keys(options.fixtures.people).map((who) => [who, ...cells(options, { who, action, told })]);
}

function ownRequestRows({ engine, fixtures }: MatrixOptions): string[][] {
  return Object.keys(fixtures.people).map((who) => {
    const principal = personOf(fixtures, who);
    const subject = subjectOf(fixtures, "employee", principal);
    const change = changeOf(fixtures, { requester: "who acts" }, principal);
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

/** One cell for each subject of the fixtures. */
function cells(
  { engine, fixtures }: MatrixOptions,
  { who, action, told }: { who: string; action: ChangeAction; told: ToldChange },
): string[] {
  const principal = personOf(fixtures, who);
  return Object.keys(fixtures.subjects).map((name) => {
    const subject = subjectOf(fixtures, name, principal);
    const change = changeOf(fixtures, told, principal);
    // The types don't allow these questions about the command line, and the engine denies them.
    if (action !== "execute" || isCommandLine(principal))
      return verdict(engine, { principal, action, subject, change } as Question);
    const needed = approvalsNeeded(engine, principal, { subject, change });
    if (needed !== null) return `${needed} ${needed === 1 ? "approval" : "approvals"}`;
    return verdict(engine, { principal, action, subject, change: { ...change, approvals: MOST_APPROVALS } });
  });
}

/** `yes`, the first forbidding rule and the number of further ones, or `–` if no rule permits the action. */
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
