// Every option of `newman run --help` stands in docs/coming-from-newman.md.
//
//   node options.js NEWMAN
'use strict';

const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { execFileSync } = require('child_process');

const [newmanFolder] = process.argv.slice(2);
const program = path.join(newmanFolder, 'node_modules', 'newman', 'bin', 'newman.js');
const help = execFileSync(process.execPath, [program, 'run', '--help'], { encoding: 'utf8' });
const lines = help.split('\n').filter((line) => /^  -/.test(line));
const options = lines.map((line) => /--[a-z][a-z-]+/.exec(line)[0]).filter((option) => option !== '--help');
assert.ok(options.length > 30, help);
const page = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'coming-from-newman.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| ')).map((line) => line.split(' | ')[0]);
const shown = new Set(rows.flatMap((row) => row.match(/--[a-z][a-z-]+/g) || []));
assert.deepStrictEqual(options.filter((option) => !shown.has(option)), [], 'options of newman that the page does not have');
assert.deepStrictEqual([...shown].filter((option) => !options.includes(option)), [], 'options on the page that newman does not have');
console.log(`newman's ${options.length} options are on the page`);
