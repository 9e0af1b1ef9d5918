import { createHash, timingSafeEqual } from "node:crypto";

/** The answer of the token endpoint. */
export interface TokenAnswer {
  access_token: string;
  token_type: "bearer";
  /** Seconds. */
  expires_in: number;
}

/** Issues bearer tokens, and checks whether they are valid. */
export interface TokenStore {
  issue(): TokenAnswer;
  /** Whether an `Authorization` header has a valid token of this store. */
  accepts(authorization: string | undefined): boolean;
  /** Whether these are the API client's credentials. */
  knows(clientId: string, clientSecret: string): boolean;
  /** Revokes every token issued so far. */
  expireAll(): void;
  /** Changes the secret of the API client, and revokes every token issued so far. */
  changeSecret(clientSecret: string): void;
  /** The lifetime of tokens issued from now on, in seconds. */
  lifetimeSeconds: number;
}

/** Creates a store. Each token is unique, and every store issues the same sequence of tokens. */
export function createTokenStore(options: {
  clientId: string;
  clientSecret: string;
  tenantId: string;
  lifetimeSeconds: number;
  now: () => number;
}): TokenStore {
  const expiryByToken = new Map<string, number>();
  let issued = 0;
  let { clientSecret: secret } = options;

  const store: TokenStore = {
    lifetimeSeconds: options.lifetimeSeconds,
    issue: () => {
      issued += 1;
      const token = jwt(
        { iss: "incydr-simulator.example", sub: options.clientId, tenantUid: options.tenantId, jti: issued },
        digest(`${secret}:${issued}`).toString("hex").slice(0, 40),
      );
      expiryByToken.set(token, options.now() + store.lifetimeSeconds * 1000);
      return { access_token: token, token_type: "bearer", expires_in: store.lifetimeSeconds };
    },
    accepts: (authorization) => {
      const token = /^bearer (\S+)$/i.exec(authorization ?? "")?.[1];
      const expiry = token === undefined ? undefined : expiryByToken.get(token);
      return expiry !== undefined && options.now() < expiry;
    },
    knows: (clientId, clientSecret) =>
      timingSafeEqual(digest(`${clientId}\n${clientSecret}`), digest(`${options.clientId}\n${secret}`)),
    expireAll: () => expiryByToken.clear(),
    changeSecret: (clientSecret) => {
      secret = clientSecret;
      expiryByToken.clear();
    },
  };
  return store;
}

/**
 * Makes a token in the shape of a JWT, because the reference SDK reads `tenantUid` from it. The token is not signed.
 * Its third part says that it is fictional.
 */
function jwt(payload: Record<string, unknown>, signature: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none", typ: "JWT" })}.${part(payload)}.incydr-token-${signature}`;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
