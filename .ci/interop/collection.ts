// Ensures that a tool has sent one request of every operation since the last reset, and that each succeeded without a finding.
import assert from "node:assert/strict";

import { exchanges, url } from "./sandbox.js";

const wanted: string[] = [];
for (const api of ["cloudcockpit", "myreports"]) {
  const document = await (await fetch(`${url}/_sandbox/openapi/${api}.yaml`)).text();
  for (const match of document.matchAll(/^ {6}operationId: (\w+)$/gm)) wanted.push(match[1] ?? "");
}
assert.ok(wanted.length > 0);

const seen = await exchanges();
for (const { operation, path, status, findings } of seen) {
  assert.ok(status >= 200 && status < 300, `${operation} ${path}: ${status}`);
  assert.deepEqual(findings, [], `${operation} ${path}`);
}
assert.deepEqual(seen.map((exchange) => exchange.operation).sort(), wanted.sort());
console.log(`${process.argv[2]}: ${seen.length} requests of a collection succeeded`);
