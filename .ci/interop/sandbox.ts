// The sandbox that `run` started: its URL, its control plane and its tokens.
import assert from "node:assert/strict";

export const url = process.env["SANDBOX_URL"] ?? assert.fail("SANDBOX_URL is not set: use .ci/interop/run");

/** An id that no resource has. */
export const unknownID = "00000000-0000-4000-8000-00000000dead";

export interface Exchange {
  operation: string | null;
  path: string;
  status: number;
  findings: { where: string; pointer: string; rule: string; expected: string }[];
}

export interface Mail {
  kind: string;
  to: string;
}

export const exchanges = () => control<Exchange[]>("exchanges");
export const outbox = () => control<Mail[]>("outbox");

async function control<T>(what: string): Promise<T> {
  const response = await fetch(`${url}/_sandbox/${what}`);
  assert.equal(response.status, 200);
  return (await response.json()) as T;
}

/** Gets a token as a client of the vendor does, with the client credentials grant. */
export async function bearer(endpoint: string, client: string): Promise<{ Authorization: string }> {
  const response = await fetch(url + endpoint, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials", client_id: client, client_secret: "demo-secret", scope: "any" }),
  });
  assert.equal(response.status, 200);
  const { access_token, token_type } = (await response.json()) as { access_token: string; token_type: string };
  assert.equal(token_type, "Bearer");
  return { Authorization: `Bearer ${access_token}` };
}
