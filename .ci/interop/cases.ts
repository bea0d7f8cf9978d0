// Cases has a member for every operation and status that the generated types declare, so that one without a case does not compile.
import assert from "node:assert/strict";
import test from "node:test";

import { exchanges } from "./sandbox.js";

/** The result of a call by openapi-fetch. */
export interface Result<Data = unknown, Failure = unknown> {
  data?: Data | undefined;
  error?: Failure | undefined;
  response: Response;
}

/** For every status of every operation, a call that has this status as its result, and checks the body. */
export type Cases<Operations> = {
  [Operation in keyof Operations]: Operations[Operation] extends { responses: infer Responses }
    ? { [Status in keyof Responses]: () => Promise<Result> }
    : never;
};

/**
 * Runs the cases. Afterwards the sandbox must have seen each of them, without a finding about a response or about a request that
 * it did not refuse.
 */
export function run<Operations>(prefix: string, cases: Cases<Operations>): void {
  const wanted: string[] = [];
  for (const [operation, statuses] of Object.entries<Record<string, () => Promise<Result>>>(cases)) {
    for (const [status, call] of Object.entries(statuses)) {
      wanted.push(`${operation} ${status}`);
      test(`${operation} ${status}`, async () => {
        const { response } = await call();
        assert.equal(response.status, Number(status));
      });
    }
  }
  test(`the sandbox saw all ${wanted.length} of ${Object.keys(cases).length} operations, without a finding`, async () => {
    const seen = (await exchanges()).filter((exchange) => exchange.path.startsWith(prefix));
    const missing = new Set(wanted);
    for (const { operation, status, findings } of seen) {
      missing.delete(`${operation} ${status}`);
      if (status < 400) assert.deepEqual(findings, [], `${operation} ${status}`);
      assert.deepEqual(findings.filter((finding) => finding.where === "response"), [], `${operation} ${status}`);
    }
    assert.deepEqual([...missing], []);
  });
}

/** Returns the body of a success. */
export function body<Data>(result: Result<Data>): NonNullable<Data> {
  assert.ok(result.response.ok && result.data, `${result.response.status} ${JSON.stringify(result.error)}`);
  return result.data;
}

/** Ensures that a success has no body. */
export function empty<A extends Result>(result: A): A {
  assert.ok(result.response.ok, `${result.response.status} ${JSON.stringify(result.error)}`);
  assert.equal(result.data, undefined);
  return result;
}

/** Ensures that a response refuses the token: it has no body and names the scheme. */
export function unauthorized<A extends Result>(result: A): A {
  assert.equal(result.response.headers.get("WWW-Authenticate"), "Bearer");
  assert.ok(!result.error, JSON.stringify(result.error));
  return result;
}
