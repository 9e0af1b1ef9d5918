import { ApiError } from "../http/api-error.ts";
import type { EndpointRequest } from "../http/endpoint.ts";
import type { EndpointRegistrar } from "../http/endpoint-registrar.ts";
import type { TokenStore } from "../http/token-store.ts";
import type { Readings } from "../readings.ts";

/**
 * Registers the token endpoint. Credentials are in HTTP Basic or in a form body. `grant_type=client_credentials` is in
 * the query or the body. The reference SDK sends no grant type, so it may be absent.
 */
export function registerTokenRoute(
  register: EndpointRegistrar,
  options: { tokens: TokenStore; readings: () => Readings },
): void {
  register.open("POST", "/v1/oauth", (request) => {
    const form = readForm(request);
    const grantType = request.query("grant_type") ?? form.get("grant_type");
    if (grantType !== null && grantType !== "client_credentials") {
      throw new ApiError(400, "UNSUPPORTED_GRANT_TYPE", "Use grant_type=client_credentials.");
    }
    const [clientId, clientSecret] = readBasic(request) ?? [form.get("client_id"), form.get("client_secret")];
    if (!options.tokens.knows(clientId ?? "", clientSecret ?? "")) {
      throw new ApiError(401, "INVALID_CLIENT", "The client id or secret is wrong.");
    }
    const { expires_in, ...token } = options.tokens.issue();
    const { tokenLifetime } = options.readings();
    if (tokenLifetime === "absent") {
      return token;
    }
    return { ...token, expires_in: tokenLifetime === "text" ? String(expires_in) : expires_in };
  });
}

function readForm(request: EndpointRequest): URLSearchParams {
  const isForm = request.header("content-type")?.startsWith("application/x-www-form-urlencoded") ?? false;
  return new URLSearchParams(isForm ? request.text : "");
}

function readBasic(request: EndpointRequest): [string, string] | undefined {
  const encoded = /^basic (\S+)$/i.exec(request.header("authorization") ?? "")?.[1];
  if (encoded === undefined) {
    return undefined;
  }
  const [clientId = "", ...secret] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return [clientId, secret.join(":")];
}
