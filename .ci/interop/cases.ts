// What has to be tried is what the generated types declare: an operation or a status without a case does not compile.
import assert from "node:assert/strict";
import test from "node:test";

import { exchanges } from "./sandbox.js";

/** What openapi-fetch answers. */
export interface Answer<Data = unknown, Failure = unknown> {
  data?: Data | undefined;
  error?: Failure | undefined;
  response: Response;
}

/** For every status of every operation a call that gets it and holds its body to what is expected. */
export type Cases<Operations> = {
  [Operation in keyof Operations]: Operations[Operation] extends { responses: infer Responses }
    ? { [Status in keyof Responses]: () => Promise<Answer> }
    : never;
};

/** Runs the cases. Then the sandbox must have seen each of them, and must have found no fault with what it did not refuse. */
export function run<Operations>(prefix: string, cases: Cases<Operations>): void {
  const wanted: string[] = [];
  for (const [operation, statuses] of Object.entries<Record<string, () => Promise<Answer>>>(cases)) {
    for (const [status, call] of Object.entries(statuses)) {
      wanted.push(`${operation} ${status}`);
      test(`${operation} ${status}`, async () => {
        const { response } = await call();
        assert.equal(response.status, Number(status));
      });
    }
  }
  test(`the sandbox saw all ${wanted.length} of ${Object.keys(cases).length} operations, and found nothing`, async () => {
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

/** The body of a success. */
export function body<Data>(answer: Answer<Data>): NonNullable<Data> {
  assert.ok(answer.response.ok && answer.data, `${answer.response.status} ${JSON.stringify(answer.error)}`);
  return answer.data;
}

/** Ensures that a success has no body. */
export function empty<A extends Answer>(answer: A): A {
  assert.ok(answer.response.ok, `${answer.response.status} ${JSON.stringify(answer.error)}`);
  assert.equal(answer.data, undefined);
  return answer;
}

/** Ensures that an answer refuses the token: it has no body and names the scheme. */
export function unauthorized<A extends Answer>(answer: A): A {
  assert.equal(answer.response.headers.get("WWW-Authenticate"), "Bearer");
  assert.ok(!answer.error, JSON.stringify(answer.error));
  return answer;
}
