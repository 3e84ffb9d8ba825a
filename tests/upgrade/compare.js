// Holds run.json of `uphold compare` between json-server 0.17.4 and 1.0.0-beta.15 to what is known of them.
//
//   node compare.js run.json EXIT_CODE
const fs = require('fs')

const [file, code] = process.argv.slice(2)
const run = JSON.parse(fs.readFileSync(file, 'utf8'))

// What 1.0 does otherwise, by case; all the other cases must be told as unchanged.
const known = {
  // `_page` and `_limit` gave an array and two headers, `_page` now gives an object.
  'posts::first_page_of_posts::ok': [
    'breaking body.root_type_changed ',
    'breaking header.missing header:link',
    'breaking header.missing header:x-total-count',
  ],
  // Nested routes are gone.
  'posts::comments_of_a_post::ok': [
    'breaking outcome.success_became_error ',
    'breaking status.class_changed ',
  ],
  // `_expand` is no word of 1.0: it is taken for a field, and no item has it.
  'posts::comments_with_their_post::ok': ['warning body.array.became_empty '],
  // What is not there was {} and says so now.
  'posts::get_missing_post::not_found': ['info body.field.added /error'],
}

const wrong = []
for (const { id, verdict, findings } of run.cases) {
  const told = findings
    .map(({ severity, id, at }) => `${severity} ${id} ${at}`)
    .sort()
  const wanted = known[id] || []
  if (verdict === 'errored' || verdict === 'skipped') wrong.push(`${id}: ${verdict}`)
  if (JSON.stringify(told) !== JSON.stringify(wanted)) {
    wrong.push(`${id}: told\n  ${told.join('\n  ')}\nknown\n  ${wanted.join('\n  ')}`)
  }
}
if (run.cases.length !== 12) wrong.push(`${run.cases.length} cases, not 12`)
if (code !== '1') wrong.push(`exit code ${code}, not 1`)
if (wrong.length > 0) {
  console.error(wrong.join('\n'))
  process.exit(1)
}
console.log('json-server 0.17.4 and 1.0.0-beta.15: 4 known differences told, 8 cases told as unchanged')
