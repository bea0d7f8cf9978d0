// Writes the query parameters of an imported Bruno collection into the URLs of its requests. The application does so when a
// person opens a request; the command line does not (usebruno/bruno#1681), and would send none of them.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parse, stringify } from "yaml";

interface Request {
  http?: { url: string; params?: { name: string; value: string; type: string; disabled?: boolean }[] };
}

const folder = process.argv[2] ?? ".";
for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
  if (!file.endsWith(".yml")) continue;
  const path = join(folder, file);
  const request = parse(readFileSync(path, "utf8")) as Request;
  const query = request.http?.params?.filter((parameter) => parameter.type === "query" && !parameter.disabled) ?? [];
  if (!request.http || query.length === 0) continue;
  request.http.url += "?" + new URLSearchParams(query.map(({ name, value }) => [name, value])).toString();
  writeFileSync(path, stringify(request));
}
