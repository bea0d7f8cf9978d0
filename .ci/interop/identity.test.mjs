// Tests the identity providers with the OAuth libraries that Node.js programs use, unchanged: msal-node and openid-client over TLS,
// openid-client and simple-oauth2 over plain HTTP. `run` starts the two sandboxes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfidentialClientApplication } from "@azure/msal-node";
import * as oidc from "openid-client";
import { AuthorizationCode, ClientCredentials } from "simple-oauth2";

const plain = process.env.SANDBOX_URL;
const secure = process.env.SANDBOX_TLS_URL.replace("127.0.0.1", "localhost");
const secret = "demo-secret";
const redirect_uri = "http://127.0.0.1:8000/callback";

const account = "/api/v1.0/accounts/e0000000-0000-4000-8000-000000000001/users";

/** Ensures that a token is accepted by the API that it is for. */
async function accepted(url, token, headers = {}) {
  const response = await fetch(url, { headers: { Authorization: `Bearer ${token}`, ...headers } });
  assert.equal(response.status, 200, await response.text());
}

/** Follows an authorization request, which the sandbox approves at once, and gives the address that it redirects to. */
async function approve(address) {
  const response = await fetch(address, { redirect: "manual" });
  assert.equal(response.status, 302, await response.text());
  return new URL(response.headers.get("location"));
}

test("msal-node gets a token for CloudCockpit", async () => {
  const client = new ConfidentialClientApplication({
    auth: {
      clientId: "demo-csp", clientSecret: secret, authority: `${secure}/contoso.onmicrosoft.com`,
      knownAuthorities: [new URL(secure).host],
    },
  });
  const { accessToken } = await client.acquireTokenByClientCredential({ scopes: ["api://cloudcockpit/.default"] });
  await accepted(`${secure}/v1/users/groups`, accessToken, { "X-Tenant": "portal.cloudcockpit.com" });
});

for (const [name, base, options] of [["TLS", secure, {}], ["HTTP", plain, { execute: [oidc.allowInsecureRequests] }]]) {
  test(`openid-client discovers, signs in and refreshes over ${name}`, async () => {
    const config = await oidc.discovery(new URL(base), "demo-myreports", secret, undefined, options);
    const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
    const [expectedNonce, expectedState] = [oidc.randomNonce(), oidc.randomState()];
    const back = await approve(oidc.buildAuthorizationUrl(config, {
      redirect_uri, scope: "openid onboarding", nonce: expectedNonce, state: expectedState,
      code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: "S256",
    }));
    const tokens = await oidc.authorizationCodeGrant(config, back, { pkceCodeVerifier, expectedNonce, expectedState, idTokenExpected: true });
    assert.equal(tokens.claims().aud, "demo-myreports");
    const fresh = await oidc.refreshTokenGrant(config, tokens.refresh_token);
    await accepted(base + account, fresh.access_token);
    const own = await oidc.clientCredentialsGrant(config, { scope: "onboarding" });
    await accepted(base + account, own.access_token);
  });
}

test("simple-oauth2 gets tokens of both providers", async () => {
  const entra = new ClientCredentials({
    client: { id: "demo-csp", secret }, auth: { tokenHost: plain, tokenPath: "/directory/oauth2/v2.0/token" },
  });
  const { token } = await entra.getToken({ scope: "api://cloudcockpit/.default" });
  await accepted(`${plain}/v1/users/groups`, token.access_token, { "X-Tenant": "portal.cloudcockpit.com" });
  const portal = new AuthorizationCode({
    client: { id: "demo-myreports", secret },
    auth: { tokenHost: plain, tokenPath: "/connect/token", authorizePath: "/connect/authorize" },
  });
  const back = await approve(portal.authorizeURL({ redirect_uri, scope: "onboarding", state: "s" }));
  const first = await portal.getToken({ code: back.searchParams.get("code"), redirect_uri });
  const fresh = await first.refresh();
  await accepted(plain + account, fresh.token.access_token);
});
