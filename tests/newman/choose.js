// Which requests of a collection are the same in an item and in an example of it.
//
// Newman sends items, uphold sends examples: only where both are one request can the two be compared.
// The five collections of compare.js are those with the most such items whose URL begins with a
// variable (the others name a server of the world, which newman would call).
'use strict';

const fs = require('fs');
const path = require('path');

const SUFFIX = '.postman_collection.json';

/** The members that make a request, without what Postman adds for its own screens. */
function plain(request) {
  if (typeof request !== 'object' || request === null) return request ?? null;
  const list = (params) => (Array.isArray(params) ? params : []).map((param) =>
    [param.key ?? param.id, param.value, Boolean(param.disabled), param.type, param.src, param.contentType]);
  const url = typeof request.url === 'object' && request.url !== null
    ? [request.url.protocol, request.url.host, request.url.port, request.url.path, list(request.url.query),
      list(request.url.variable)]
    : request.url;
  const body = request.body?.mode ? request.body[request.body.mode] : null;
  const language = body && request.body.options;
  return [(request.method || 'GET').toUpperCase(), url, list(request.header),
    body ? [request.body.mode, Array.isArray(body) ? list(body) : body, language] : null];
}

const same = (a, b) => JSON.stringify(plain(a)) === JSON.stringify(plain(b));

/** The variable that a URL begins with. */
function baseOf(request) {
  const url = request?.url;
  const host = typeof url === 'string' ? url : [url?.host ?? ''].flat().join('.');
  return /^\{\{([^{}]+)\}\}/.exec(host)?.[1];
}

/** Every item of a collection, folders gone through. */
function* items(nodes) {
  for (const node of nodes ?? []) {
    if (node?.item) yield* items(node.item);
    else if (node) yield node;
  }
}

function read(file) {
  const parsed = JSON.parse(fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  return parsed.collection ?? parsed;
}

/** Keeps the items that begin with the base variable and have an example that sends the same, with
 * those examples alone. Gives the counts. */
function reduce(collection) {
  const counts = { items: 0, examples: 0, kept: 0 };
  const bases = new Map();
  for (const item of items(collection.item)) {
    const base = baseOf(item.request);
    if (base) bases.set(base, (bases.get(base) ?? 0) + 1);
  }
  const base = [...bases].sort((a, b) => b[1] - a[1])[0]?.[0];
  const keep = (nodes) => nodes.filter((node) => {
    if (node?.item) return (node.item = keep(node.item)).length > 0;
    counts.items += 1;
    const examples = Array.isArray(node?.response) ? node.response : [];
    counts.examples += examples.length;
    node.response = examples.filter((example) => same(example?.originalRequest, node.request));
    const kept = node.response.length > 0 && base && baseOf(node.request) === base;
    counts.kept += kept ? 1 : 0;
    return kept;
  });
  collection.item = keep(collection.item ?? []);
  return { base, counts };
}

module.exports = { SUFFIX, items, read, reduce };

if (require.main === module) {
  const folder = process.argv[2];
  const rows = fs.readdirSync(folder).filter((name) => name.endsWith(SUFFIX)).flatMap((name) => {
    try {
      const { base, counts } = reduce(read(path.join(folder, name)));
      return counts.kept ? [{ name: name.slice(0, -SUFFIX.length), base, ...counts }] : [];
    } catch (error) {
      return []; // Broken on purpose, or a dump that is no collection.
    }
  });
  console.table(rows.sort((a, b) => b.kept - a.kept));
}
