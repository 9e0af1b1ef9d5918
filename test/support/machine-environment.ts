/**
 * The variables of this process that a child process gets: the path of programs, and by default the folder of compiled
 * code, so that Node compiles no module anew.
 */
export function machineEnvironment(isCompiledOnce = true): Record<string, string | undefined> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return isCompiledOnce ? { PATH, NODE_COMPILE_CACHE } : { PATH };
}
