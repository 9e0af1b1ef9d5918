import { readFile, writeFile } from "node:fs/promises";

/** The current memory of a process and its peak since `forgetPeak`, in MB; `null` without `/proc`. */
export async function memoryOf(pid: number): Promise<{ nowMb: number; peakMb: number } | null> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(status)?.[1]);
  const [now, peak] = [kilobytes("VmRSS"), kilobytes("VmHWM")];
  return Number.isNaN(now) || Number.isNaN(peak) ? null : { nowMb: now / 1024, peakMb: peak / 1024 };
}

/** Resets the peak in Linux (proc(5), `clear_refs`). */
export async function forgetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, "5").catch(() => undefined);
}
