/**
 * Resolves to the result of `work`, or to `otherwise` if `work` takes longer than `ms` milliseconds by the machine's
 * timer. `work` goes on then, and its failure is ignored. An earlier failure rejects.
 */
export async function withTimeLimit<T, Otherwise>(
  work: Promise<T>,
  ms: number,
  otherwise: Otherwise,
): Promise<T | Otherwise> {
  const { promise, resolve } = Promise.withResolvers<Otherwise>();
  const timer = setTimeout(() => resolve(otherwise), ms);
  work.catch(() => {});
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
