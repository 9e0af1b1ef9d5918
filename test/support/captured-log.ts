import { createLogger } from "../../src/observability/index.ts";

/** A logger, the lines that it wrote, and the same as objects. */
export function captureLog({ level = "info", secrets = [] as readonly string[] } = {}) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ level, secrets, destination });
  return { logger, lines, logged: () => lines.map((line) => JSON.parse(line)) };
}
