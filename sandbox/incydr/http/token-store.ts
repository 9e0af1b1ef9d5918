import { createHash, timingSafeEqual } from "node:crypto";

/** The answer of the token endpoint. */
export interface TokenAnswer {
  access_token: string;
  token_type: "bearer";
  /** Seconds. */
  expires_in: number;
}

/** Issues bearer tokens and knows which are still good. */
export interface TokenStore {
  issue(): TokenAnswer;
  /** Whether an `Authorization` header carries a token that was issued here and has not expired. */
  accepts(authorization: string | undefined): boolean;
  /** Whether these are the API client's credentials. */
  knows(clientId: string, clientSecret: string): boolean;
  /** Makes every token issued so far worthless. */
  expireAll(): void;
  /** The secret of the API client from now on; tokens issued so far become worthless. */
  changeSecret(clientSecret: string): void;
  /** Seconds that tokens issued from now on live. */
  lifetimeSeconds: number;
}

/** Creates a store. Each token is new, but every start gives the same sequence of tokens. */
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
 * A token of the shape of a JWT, from which the reference SDK reads `tenantUid`. It is signed with nothing, and
 * its third part says that it is fictional.
 */
function jwt(payload: Record<string, unknown>, signature: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none", typ: "JWT" })}.${part(payload)}.incydr-token-${signature}`;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
