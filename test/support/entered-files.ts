import { Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";

/** The files below a folder of which a function was called while `work` ran, by V8's count of calls; from the folder. */
export async function filesEntered(folder: URL, work: () => Promise<void>): Promise<ReadonlySet<string>> {
  const base = fileURLToPath(folder);
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
    // A reading sets the counts to zero.
    await session.post("Profiler.takePreciseCoverage");
    await work();
    const { result } = await session.post("Profiler.takePreciseCoverage");
    const entered = result
      .filter(({ functions }) => functions.some(({ ranges }) => ranges.some(({ count }) => count > 0)))
      .map(({ url }) => (url.startsWith("file:") ? fileURLToPath(url) : url));
    return new Set(entered.filter((file) => file.startsWith(base)).map((file) => file.slice(base.length)));
  } finally {
    session.disconnect();
  }
}
