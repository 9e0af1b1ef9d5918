import { readFileSync, statfsSync } from "node:fs";

/** More than twice the most that the tests were seen to store at one time. */
const ROOM_NEEDED = 2 ** 30;

/**
 * A folder in memory for temporary files, or `undefined` if the system has none that can be used. Linux has
 * `/dev/shm`, but containers often limit it to 64 MB or forbid programs in it.
 */
export function fastTemporaryFolder(): string | undefined {
  const folder = "/dev/shm";
  try {
    // Each line: device, folder, type, options, two numbers (`man 5 proc_pid_mounts`).
    const mounts = readFileSync("/proc/self/mounts", "utf8")
      .split("\n")
      .map((line) => line.split(" "));
    const [, , type, options = ""] = mounts.findLast(([, mounted]) => mounted === folder) ?? [];
    if (type !== "tmpfs" || options.split(",").includes("noexec")) return undefined;
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= ROOM_NEEDED ? folder : undefined;
  } catch {
    return undefined; // There is no such folder.
  }
}
