import { endWithNpm } from "./supervisor/end-with-npm.ts";
import { runSandbox } from "./supervisor/run-sandbox.ts";
import { readOptions } from "./supervisor/sandbox-options.ts";

endWithNpm();
process.exit(await runSandbox(readOptions(process.argv)));
