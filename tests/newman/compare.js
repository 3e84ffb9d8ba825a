// Newman and uphold against one recording server: the same requests must arrive.
//
//   node compare.js CORPUS NEWMAN UPHOLD WORK
//
// Each collection is reduced to the items that have an example with the same request (choose.js). Both
// programs get that one file and one environment: the base variable names the recording server, and
// whatever else the collection leaves undefined has a value: path variables too, and dynamic ones, which
// a variable of that name replaces in both. Scripts are taken out: uphold runs none.
// Each request carries the number of its item in `X-Item`, so that requests are compared item by item;
// newman sends an item once, uphold each of its examples, so what is compared are sets.
'use strict';

const fs = require('fs');
const http = require('http');
const path = require('path');
const { execFile } = require('child_process');
const { SUFFIX, items, read, reduce } = require('./choose.js');

/** The five with the most items to compare, by choose.js; two of them have every example in common. */
const COLLECTIONS = [
  'adyen-balanceplatform-v2', 'adyen-checkout-v71', 'zendesk-users-openapi', 'github-rest', 'paypal-partner-v2.0',
];

/** What each client says of itself or does for its connection; nothing in the collection asks for it. */
const CLIENTS = new Set([
  'user-agent', 'host', 'accept-encoding', 'connection', 'cache-control', 'postman-token', 'x-item',
]);

const alike = ({ missing, added }, plain) => {
  const set = (lines) => JSON.stringify([...new Set(lines.map(plain))].sort());
  return set(missing) === set(added);
};

const allSkipped = ({ rows, own }, reason) =>
  own.length === 0 && rows.length > 0 && rows.every((row) => row.verdict === 'skipped' && row.reason.startsWith(reason));

/** A request without what carries its credential. */
const bare = (line) => {
  const [request, fields, body] = JSON.parse(line);
  return JSON.stringify([request, fields.filter((field) => !/^(authorization|x-api-key):/.test(field)), body]);
};

/** Whether all that uphold sends besides is newman's request with another credential or none, as the
 * recipe of an example says, and the request as saved is sent where an example wants that. */
const byRecipe = ({ missing, added, newman, rows }, recipe) => {
  const known = new Set(newman.map((request) => bare(asLine(request))));
  const wanted = rows.some((row) => row.recipe === 'as saved' && row.verdict !== 'skipped');
  return rows.some((row) => row.recipe === recipe && row.verdict !== 'skipped')
    && added.length > 0 && added.every((line) => known.has(bare(line)))
    && (!wanted || missing.length === 0);
};

/** Why an item may differ. Each rule must explain something, else it is out of date. */
const RULES = [
  {
    name: 'type placeholders',
    why: 'newman sends <string> as it stands, uphold fills it with a value of that type; all else is alike',
    explains: (item) => item.saved.includes('<string>')
      && alike(item, (line) => line.replace(/string-[0-9a-f]{10}/g, '%3Cstring%3E')),
  },
  {
    name: 'without auth',
    why: 'an example of 401 is sent without the credential that the item has; all else is alike',
    explains: (item) => byRecipe(item, 'without auth'),
  },
  {
    name: 'invalid auth',
    why: 'an example of an invalid credential is sent with one that no server knows; all else is alike',
    explains: (item) => byRecipe(item, 'with invalid auth'),
  },
  {
    name: 'unknown id',
    why: 'an example of 404 is sent with an id that exists nowhere, beside the one that is sent as saved',
    explains: (item) => item.missing.length === 0 && item.added.every((line) => line.includes('uphold-unknown-id'))
      && item.rows.some((row) => row.recipe === 'with an unknown id'),
  },
  {
    name: 'no status',
    why: 'nothing can be tested where the example has no status; suite.toml can say one',
    explains: (item) => allSkipped(item, 'the example has no status code'),
  },
  {
    name: 'missing upload',
    why: 'newman sends an empty part where no file is named, uphold sends nothing half-filled',
    explains: (item) => allSkipped(item, 'an upload names no file'),
  },
];

const [corpus, newmanFolder, uphold, work] = process.argv.slice(2);

/** A server that keeps every request; `take` gives what came since the last time. */
async function record() {
  const seen = [];
  const server = http.createServer((request, response) => {
    const body = [];
    request.on('data', (piece) => body.push(piece));
    request.on('end', () => {
      seen.push(canonical(request, Buffer.concat(body)));
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const take = () => seen.splice(0);
  return { server, origin: `http://127.0.0.1:${server.address().port}`, take };
}

function canonical(request, body) {
  const fields = [];
  let boundary;
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at].toLowerCase();
    boundary ??= name === 'content-type' ? /boundary=(.+)$/.exec(request.rawHeaders[at + 1])?.[1] : undefined;
    if (!CLIENTS.has(name)) fields.push(`${name}: ${request.rawHeaders[at + 1]}`);
  }
  let text = body.toString('latin1');
  if (boundary) {
    // The length follows from the boundary's.
    text = text.replaceAll(boundary, '<boundary>');
    fields.forEach((field, at) => (fields[at] = field.replace(boundary, '<boundary>')));
  }
  const kept = boundary ? fields.filter((field) => !field.startsWith('content-length:')) : fields;
  return { item: request.headers['x-item'], line: `${request.method} ${request.url}`, fields: kept.sort(), body: text };
}

const asLine = (request) => JSON.stringify([request.line, request.fields, request.body]);

/** The number of each example's item, by the pointer to the example. */
function pointers(nodes, at, found, counter) {
  nodes.forEach((node, index) => {
    const here = `${at}/item/${index}`;
    if (node.item) return pointers(node.item, here, found, counter);
    node.response.forEach((_, example) => found.set(`${here}/response/${example}`, counter.next));
    return (counter.next += 1);
  });
  return found;
}

/** Gives both programs the same file, environment and numbers. */
function prepare(name, origin) {
  const collection = read(path.join(corpus, name + SUFFIX));
  const { base, counts } = reduce(collection);
  const names = [];
  const strip = (nodes) => nodes.forEach((node) => {
    delete node.event;
    if (node.item) strip(node.item);
  });
  strip([collection]);
  for (const item of items(collection.item)) {
    const number = { key: 'X-Item', value: String(names.push(item.name) - 1) };
    for (const request of [item.request, ...item.response.map((example) => example.originalRequest)]) {
      for (const variable of request?.url?.variable ?? []) variable.value ||= `value-of-${variable.key ?? variable.id}`;
      request.header = [...(Array.isArray(request.header) ? request.header : []), number];
    }
  }
  const text = JSON.stringify(collection);
  const own = new Map((collection.variable ?? []).map((variable) => [variable.key ?? variable.id, variable.value]));
  // The path that the base variable holds stays.
  const prefix = /^https?:\/\/[^/]+(\/.*)?$/.exec(own.get(base) ?? '')?.[1] ?? '';
  const values = [{ key: base, value: origin + prefix }];
  for (const [, variable] of text.matchAll(/\{\{([^{}]+)\}\}/g)) {
    const known = own.get(variable) || values.some(({ key }) => key === variable);
    if (!known) values.push({ key: variable, value: `value-of-${variable}` });
  }
  const folder = fs.mkdtempSync(path.join(work, 'suite-'));
  fs.writeFileSync(path.join(folder, 'c.json'), text);
  fs.writeFileSync(path.join(folder, 'e.json'), JSON.stringify({ name: 'e', values }));
  const saved = [...items(collection.item)].map((item) => JSON.stringify(item.request));
  return { folder, names, saved, counts, examples: pointers(collection.item, '', new Map(), { next: 0 }) };
}

function runNewman(folder) {
  const newman = require(path.join(newmanFolder, 'node_modules', 'newman'));
  const options = { collection: path.join(folder, 'c.json'), environment: path.join(folder, 'e.json'), workingDir: folder };
  return new Promise((done, failed) => newman.run(options, (error) => (error ? failed(error) : done())));
}

function runUphold(folder, origin) {
  const args = ['run', 'c.json', '-e', 'e.json', '--base-url', origin, '--report', 'json=run.json', '--quiet'];
  return new Promise((done, failed) => execFile(uphold, args, { cwd: folder, maxBuffer: 1 << 26 }, (error) => {
    const report = path.join(folder, 'run.json');
    if (!fs.existsSync(report)) return failed(error ?? new Error('uphold wrote no report'));
    return done(JSON.parse(fs.readFileSync(report, 'utf8')));
  }));
}

const group = (requests) => requests.reduce((groups, request) =>
  groups.set(request.item, [...(groups.get(request.item) ?? []), request]), new Map());

/** What one side sends and the other does not, as lines. */
function differences(theirs, ours) {
  const lines = (requests) => new Set(requests.map(asLine));
  const [newman, own] = [lines(theirs), lines(ours)];
  return {
    missing: [...newman].filter((line) => !own.has(line)),
    added: [...own].filter((line) => !newman.has(line)),
  };
}

async function main() {
  const { server, origin, take } = await record();
  const used = new Map(RULES.map((rule) => [rule.name, 0]));
  const unexplained = [];
  for (const name of COLLECTIONS) {
    const { folder, names, saved, counts, examples } = prepare(name, origin);
    await runNewman(folder);
    const theirs = group(take());
    const report = await runUphold(folder, origin);
    const ours = group(take());
    const skipped = report.cases.filter((row) => row.verdict === 'skipped');
    let same = 0;
    names.forEach((item, number) => {
      const key = String(number);
      const [newman, own] = [theirs.get(key) ?? [], ours.get(key) ?? []];
      const { missing, added } = differences(newman, own);
      if (newman.length && !missing.length && !added.length) return (same += 1);
      const rows = report.cases.filter((row) => examples.get(row.source.pointer) === number);
      const what = { missing, added, newman, own, rows, saved: saved[number] };
      const rule = RULES.find((rule) => rule.explains(what));
      if (rule) return used.set(rule.name, used.get(rule.name) + 1);
      return unexplained.push({ name, item, missing, added, rows });
    });
    const reasons = skipped.reduce((found, row) => found.set(row.reason, (found.get(row.reason) ?? 0) + 1), new Map());
    console.log(`${name}: ${counts.kept} of ${counts.items} items can be compared; ${same} of ${names.length} arrive alike`);
    for (const [reason, count] of reasons) console.log(`  skipped by uphold, ${count}: ${reason}`);
  }
  server.close();
  for (const rule of RULES) {
    console.log(`  explained, ${used.get(rule.name)}: ${rule.name}: ${rule.why}`);
    if (!used.get(rule.name)) unexplained.push({ rule: rule.name, what: 'explains nothing any more' });
  }
  for (const difference of unexplained) console.log('UNEXPLAINED', JSON.stringify(difference, null, 1));
  process.exitCode = unexplained.length ? 1 : 0;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
