import { readFile, writeFile } from "node:fs/promises";

/** The memory of a process in MB: now, and the most since `forgetPeak`; null where there is no `/proc`. */
export async function memoryOf(pid: number): Promise<{ nowMb: number; peakMb: number } | null> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(status)?.[1]);
  const [now, peak] = [kilobytes("VmRSS"), kilobytes("VmHWM")];
  return Number.isNaN(now) || Number.isNaN(peak) ? null : { nowMb: now / 1024, peakMb: peak / 1024 };
}

/** Has Linux forget the peak (proc(5), `clear_refs`). */
export async function forgetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, "5").catch(() => undefined);
}
