// The contracts as the screens read them: operations with parameters, bodies and evidence, from the OpenAPI documents as JSON.
import { useState, useEffect, getJSON } from './lib.js';

let loading = null;

// useContracts loads the documents of all contracts once.
export function useContracts() {
  const [state, setState] = useState({});
  const load = () => {
    loading ||= getJSON('report').then(report => Promise.all(report.contracts.map(async c => contract(c.name, await getJSON(`openapi/${encodeURIComponent(c.name)}.json`)))));
    return loading.then(data => setState({ data: { contracts: data } }), error => { loading = null; setState({ error }); });
  };
  useEffect(() => { load(); }, []);
  return { ...state, reload: load };
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

function contract(name, doc) {
  const operations = [];
  for (const [template, item] of Object.entries(doc.paths || {})) {
    for (const method of methods) if (item[method]) operations.push(operation(doc, base(doc) + template, method, item, item[method]));
  }
  return { name, title: doc.info?.title, operations };
}

// base is the path of the first server, below which the templates stand.
function base(doc) {
  try { return new URL(doc.servers?.[0]?.url || '/', location.href).pathname.replace(/\/$/, ''); } catch { return ''; }
}

function resolve(doc, value) {
  let name;
  for (let hops = 0; value?.$ref && hops < 20; hops++) {
    const parts = value.$ref.replace(/^#\//, '').split('/').map(p => p.replaceAll('~1', '/').replaceAll('~0', '~'));
    name = parts[parts.length - 1];
    value = parts.reduce((v, p) => v?.[p], doc);
  }
  return [value || {}, name];
}

const evidence = (value, inherited) => value?.['x-evidence'] || inherited || {};

function operation(doc, path, method, item, op) {
  const own = evidence(op);
  const sentences = ['inferred', 'decided'].flatMap(grade => Object.entries(own[grade] || {}).map(([id, text]) => ({ id, grade, text })));
  const parameters = [...(item.parameters || []), ...(op.parameters || [])].map(p => {
    const [v] = resolve(doc, p);
    return { name: v.name, in: v.in, required: !!v.required, description: v.description, evidence: evidence(v, own), example: v.example ?? v.schema?.example, schema: node(doc, v.schema || {}, '', false, own) };
  });
  const [body] = resolve(doc, op.requestBody);
  return {
    id: op.operationId || `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path, tag: op.tags?.[0], summary: op.summary, description: op.description,
    evidence: own, sentences, parameters,
    guesses: sentences.length + parameters.filter(p => p.evidence.grade === 'inferred' || p.evidence.grade === 'decided').length,
    request: op.requestBody && { required: !!body.required, description: body.description, evidence: evidence(body, own), media: media(doc, body.content, own) },
    responses: Object.entries(op.responses || {}).map(([status, r]) => {
      const [v] = resolve(doc, r);
      return {
        status, description: v.description, evidence: own.responses?.[status] || evidence(v, own), media: media(doc, v.content, own),
        headers: Object.entries(v.headers || {}).map(([name, h]) => ({ name, description: resolve(doc, h)[0].description })),
      };
    }),
  };
}

const media = (doc, content, inherited) => Object.entries(content || {}).map(([type, m]) => ({
  type, example: m.example ?? Object.values(m.examples || {}).map(e => resolve(doc, e)[0].value)[0], schema: m.schema && node(doc, m.schema, '', false, inherited),
}));

// node is a schema as a tree. Evidence stands at a node only where it differs from what its parent has.
function node(doc, schema, name, required, inherited, above = []) {
  const [s, ref] = resolve(doc, schema);
  const own = s['x-evidence'];
  const n = {
    name, ref, type: s.type, format: s.format, nullable: s.nullable, required, readOnly: s.readOnly, writeOnly: s.writeOnly, enum: s.enum,
    description: s.description, limits: limits(s), evidence: own && own.grade !== inherited?.grade ? own : undefined,
  };
  if (above.includes(s) || above.length > 12) return { ...n, recursive: true };
  const next = [...above, s], grade = own || inherited;
  const parts = [s, ...(s.allOf || []).map(p => resolve(doc, p)[0])];
  const members = parts.flatMap(p => Object.entries(p.properties || {}).map(([key, v]) => node(doc, v, key, !!p.required?.includes(key), grade, next)));
  if (members.length) n.members = members;
  if (s.items) n.items = node(doc, s.items, '', false, grade, next);
  return n;
}

function limits(s) {
  const range = (low, high, unit) => low != null && high != null ? `${low}–${high} ${unit}` : low != null ? `at least ${low} ${unit}` : high != null ? `at most ${high} ${unit}` : '';
  return [range(s.minLength, s.maxLength, 'characters'), range(s.minimum, s.maximum, ''), range(s.minItems, s.maxItems, 'elements'), s.pattern && 'a pattern'].filter(Boolean).join(', ').trim();
}
