/**
 * Waits for `work` at most `timeoutMs` milliseconds, by the machine's timer. A later failure of `work` is ignored.
 * @throws an Error without a code if the time is over; its message is `what`
 */
export async function settleWithin<T>(timeoutMs: number, work: Promise<T>, what: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${what} within ${timeoutMs} ms.`)), timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}
