/**
 * What any program needs to find others, and, unless told otherwise, Node not to compile anew what it has compiled;
 * nothing else is passed on.
 */
export function machineEnvironment(isCompiledOnce = true): Record<string, string | undefined> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return isCompiledOnce ? { PATH, NODE_COMPILE_CACHE } : { PATH };
}
