// What `uphold record` writes, newman opens: DocuSign's request gains an example, newman sees it, and runs
// the collection as before.
//
//   node record.js COLLECTION NEWMAN UPHOLD WORK
'use strict';

const assert = require('assert');
const fs = require('fs');
const http = require('http');
const path = require('path');
const { execFile } = require('child_process');

const [source, newmanFolder, uphold, work] = process.argv.slice(2);
const newman = require(path.join(newmanFolder, 'node_modules', 'newman'));
const { Collection } = require(path.join(newmanFolder, 'node_modules', 'postman-collection'));

const examples = (file) => {
  const found = [];
  new Collection(JSON.parse(fs.readFileSync(file, 'utf8'))).forEachItem((item) => found.push(...item.responses.all()));
  return found;
};

const record = (file, origin) => new Promise((done, failed) => {
  const values = ['--var', 'accountId=1', '--var', 'accessToken=a-token-for-newman'];
  const args = ['record', file, '--base-url', origin, ...values, '--force-write'];
  execFile(uphold, args, { cwd: work }, (error, stdout) => (error ? failed(new Error(`${error}\n${stdout}`)) : done()));
});

const runs = (file, origin) => new Promise((done, failed) => {
  const envVar = [['baseUrl', origin], ['accountId', '1'], ['accessToken', 'a']].map(([key, value]) => ({ key, value }));
  newman.run({ collection: file, envVar }, (error, summary) => (error ? failed(error) : done(summary.run)));
});

async function main() {
  const body = JSON.stringify({ newUsers: [{ userId: '7', password: 'hidden' }] });
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(201, { 'Content-Type': 'application/json' }).end(body));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const file = path.join(work, 'recorded.postman_collection.json');
  fs.copyFileSync(source, file);
  fs.chmodSync(file, 0o644);
  assert.strictEqual(examples(file).length, 0);
  await record(file, origin);
  const [example, ...others] = examples(file);
  assert.strictEqual(others.length, 0);
  assert.deepStrictEqual([example.name, example.code, example.status], ['201 Created', 201, 'Created']);
  assert.deepStrictEqual(example.json(), { newUsers: [{ userId: '7', password: '<string#1>' }] });
  assert.strictEqual(example.originalRequest.method, 'POST');
  const run = await runs(file, origin);
  assert.strictEqual(run.failures.length, 0);
  assert.strictEqual(run.executions.length, 1);
  server.close();
  console.log('recorded: newman opens the collection with its new example, and runs it');
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
