import { groupPayload } from "../payloads/group-payload.ts";
import { userPayload } from "../payloads/user-payload.ts";
import type { ApiCall, ApiMethod } from "./api-method.ts";
import { ApiRefusal } from "./api-refusal.ts";
import { paginate } from "./paginate.ts";

/** `users.*` and `usergroups.*`. */
export const userMethods: Record<string, ApiMethod> = {
  "users.info": { token: "bot", scopes: ["users:read"], rate: "tier4", run: info },
  "users.lookupByEmail": {
    token: "bot",
    scopes: ["users:read.email"],
    rate: "tier3",
    run: lookupByEmail,
  },
  "users.list": { token: "bot", scopes: ["users:read"], rate: "tier2", run: list },
  "usergroups.list": { token: "bot", scopes: ["usergroups:read"], rate: "tier2", run: groups },
  "usergroups.users.list": { token: "bot", scopes: ["usergroups:read"], rate: "tier2", run: groupUsers },
};

function info({ arguments: call, state }: ApiCall): Record<string, unknown> {
  const person = state.workspace.people.get(call.requiredText("user"));
  if (!person) throw new ApiRefusal("user_not_found");
  return { user: userPayload(person, state) };
}

/** Finds only active people of the own team. Case doesn't matter in e-mails. */
function lookupByEmail({ arguments: call, state }: ApiCall): Record<string, unknown> {
  const email = call.requiredText("email").toLowerCase();
  const person = [...state.workspace.people.values()].find(
    (each) =>
      each.email.toLowerCase() === email && !each.deactivated && each.teamId === state.workspace.team.id,
  );
  if (!person || person.isBot) throw new ApiRefusal("users_not_found");
  return { user: userPayload(person, state) };
}

function list({ arguments: call, state }: ApiCall): Record<string, unknown> {
  const own = [...state.workspace.people.values()].filter(
    (person) => person.teamId === state.workspace.team.id,
  );
  const { page, response_metadata } = paginate(own, call, 1000);
  return { members: page.map((person) => userPayload(person, state)), response_metadata };
}

function groups({ arguments: call, state }: ApiCall): Record<string, unknown> {
  assertPlanHasGroups(state);
  const includeUsers = call.flag("include_users");
  const includeDisabled = call.flag("include_disabled");
  return {
    usergroups: [...state.workspace.groups.values()]
      .filter(({ dateDelete }) => includeDisabled || dateDelete === 0)
      .map((group) => groupPayload(group, state, { includeUsers })),
  };
}

function groupUsers({ arguments: call, state }: ApiCall): Record<string, unknown> {
  assertPlanHasGroups(state);
  const group = state.workspace.groups.get(call.requiredText("usergroup"));
  if (!group) throw new ApiRefusal("no_such_subteam");
  return { users: [...group.userIds] };
}

function assertPlanHasGroups({ workspace }: ApiCall["state"]): void {
  if (workspace.settings.plan === "free") throw new ApiRefusal("plan_upgrade_required");
}
