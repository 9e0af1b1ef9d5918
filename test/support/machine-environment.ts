/** What any program needs to find others, and Node not to compile anew what it has compiled; nothing else is passed on. */
export function machineEnvironment(): Record<string, string | undefined> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, NODE_COMPILE_CACHE };
}
