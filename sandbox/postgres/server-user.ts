import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { PostgresStartError } from "./postgres-start-error.ts";

const execute = promisify(execFile);

/** The account of the server; `undefined` stands for the account of this process. */
export type ServerUser = { readonly uid: number; readonly gid: number } | undefined;

/** Names of Linux and macOS, in order of preference. `nobody` and `daemon` exist without an installed PostgreSQL. */
const candidateNames = ["postgres", "_postgres", "nobody", "daemon"];

/**
 * Chooses the account for the server. PostgreSQL refuses to run as root.
 * - If this process does not run as root, the server has the account of this process.
 * - For root, the server has the account that owns the existing cluster folder. Otherwise it has the first existing
 *   account of `postgres`, `_postgres`, `nobody` and `daemon`.
 *
 * No account is created, because the sandbox must not change the users of the machine.
 *
 * Throws `no_server_user` if root finds no account.
 */
export async function chooseServerUser(clusterFolder: string): Promise<ServerUser> {
  if (process.geteuid?.() !== 0) return undefined;
  const existing = await stat(clusterFolder).catch(() => undefined);
  if (existing && existing.uid !== 0) return { uid: existing.uid, gid: existing.gid };
  return unprivilegedAccount(await readFile("/etc/passwd", "utf8").catch(() => ""));
}

/** The options of `spawn` and `execFile` to run a program like the server. */
export function serverProcessOptions(user: ServerUser, extraEnv: Readonly<Record<string, string>> = {}) {
  return {
    // The server's account may lack access to the current folder.
    cwd: "/",
    // The caller's PG* and locale variables would change the server's behaviour.
    env: { PATH: process.env.PATH, LC_ALL: "C", ...extraEnv },
    ...user,
  };
}

/** Runs a program to its end as the server's account and returns its output; rejects if it fails. */
export async function runAsServerUser(
  user: ServerUser,
  file: string,
  args: readonly string[],
): Promise<string> {
  const { stdout } = await execute(file, [...args], serverProcessOptions(user));
  return stdout;
}

/** Whether the server's account can enter an existing folder. */
export async function canEnter(user: ServerUser, folder: string): Promise<boolean> {
  return runAsServerUser(user, "/bin/sh", ["-c", 'cd "$1"', "sh", folder]).then(
    () => true,
    () => false,
  );
}

function unprivilegedAccount(passwd: string): ServerUser {
  const accounts = passwd.split("\n").map((line) => line.split(":"));
  for (const name of candidateNames) {
    const account = accounts.find((fields) => fields[0] === name);
    const [uid, gid] = [Number(account?.[2]), Number(account?.[3])];
    if (uid > 0 && gid > 0) return { uid, gid };
  }
  throw new PostgresStartError(
    "no_server_user",
    `PostgreSQL doesn't run as root, and none of the accounts ${candidateNames.join(", ")} exists to run it under. ` +
      "Start as another user, or create one: useradd --system postgres",
  );
}
