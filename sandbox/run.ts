import { readOptions } from "./supervisor/sandbox-options.ts";
import { runSandbox } from "./supervisor/run-sandbox.ts";

process.exit(await runSandbox(readOptions(process.argv)));
