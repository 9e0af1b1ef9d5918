import type { BenchWorld } from "./open-world.ts";

/** Usernames of active people without special roles and legal hold, whose deactivation needs one approval. */
export function plainUsers({ sandbox: { incydr } }: BenchWorld): string[] {
  const { tenant } = incydr;
  return tenant.users
    .filter(({ userId, active, username }) => {
      const isPlain = tenant.rolesOf(userId).length <= 2 && tenant.mattersOf(userId).length === 0;
      return active && isPlain && /^[a-z]+\.[a-z]+@harborlight\.example$/.test(username ?? "");
    })
    .map(({ username }) => username ?? "")
    .filter((username) => !username.startsWith("service."));
}
