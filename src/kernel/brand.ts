declare const brand: unique symbol;

/** A type that carries a name, so that ids which must not mix don't. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
