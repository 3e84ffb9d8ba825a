// The run, and what of it is shown: the part of the address behind `#`, so that a link shares a view.

const run = JSON.parse(byId("run").textContent);

const FILTERS = ["q", "verdict", "suite", "severity", "method", "finding", "at", "tag", "sort"];

// A case is named by its id; where two have the same, the later by its place in the plan, too.
const places = new Map();
run.cases.forEach((row, at) => {
  row.key = places.has(row.id) ? `${row.id}@${at}` : row.id;
  if (!places.has(row.key)) places.set(row.key, at);
});

const stateOf = (hash) => {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const state = { view: given.get("view") || "cases", case: given.get("case") };
  for (const name of FILTERS) state[name] = given.get(name) || "";
  return state;
};

let state = stateOf(location.hash);

const hashOf = (changes) => {
  const next = { ...state, ...changes };
  const given = new URLSearchParams();
  if (next.case !== null && next.case !== undefined) given.set("case", next.case);
  if (next.view !== "cases") given.set("view", next.view);
  for (const name of FILTERS) if (next[name]) given.set(name, next[name]);
  return `#${given}`;
};

const caseHash = (key) => hashOf({ case: key, view: "cases" });

// The details of a case; nothing while the page is still being read.
const chunks = new Map();
const details = (at) => {
  const chunk = Math.floor(at / run.chunk);
  if (!chunks.has(chunk)) {
    const block = byId(`cases-${chunk}`);
    // A block that something follows is whole.
    if (!block || (document.readyState === "loading" && !block.nextSibling)) return null;
    chunks.set(chunk, JSON.parse(block.textContent));
  }
  return chunks.get(chunk)[at % run.chunk];
};

const rank = (row) => {
  const warned = row.found?.some(([how]) => how === "breaking" || how === "warning");
  return { failed: 0, errored: 1, passed: warned ? 2 : 3, skipped: 4 }[row.verdict];
};

const haystack = (row) => {
  const found = (row.found || []).map(([, id, at]) => `${id} ${at}`);
  const tags = row.tags || [];
  row.words ??= [row.id, row.method, row.url, row.reason, row.status, ...found, ...tags].join(" ").toLowerCase();
  return row.words;
};

// The positions of the cases that the filters leave, in their order.
const chosen = () => {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const verdicts = state.verdict.split(",").filter(Boolean);
  const found = (row) =>
    (!state.severity && !state.finding && !state.at) ||
    (row.found || []).some(
      ([how, id, at]) =>
        (!state.severity || how === state.severity) &&
        (!state.finding || id === state.finding) &&
        (!state.at || at === state.at),
    );
  const wanted = (row) =>
    (!verdicts.length || verdicts.includes(row.verdict)) &&
    (!state.suite || row.suite === state.suite) &&
    (!state.method || row.method === state.method) &&
    (!state.tag || (row.tags || []).includes(state.tag)) &&
    found(row) &&
    words.every((word) => haystack(row).includes(word));
  const positions = [];
  run.cases.forEach((row, at) => wanted(row) && positions.push(at));
  if (state.sort === "slowest") positions.sort((a, b) => run.cases[b].ms - run.cases[a].ms || a - b);
  else if (state.sort !== "plan") positions.sort((a, b) => rank(run.cases[a]) - rank(run.cases[b]) || a - b);
  return positions;
};

const isFiltered = () => FILTERS.some((name) => name !== "sort" && state[name]);

// Values that cases have, with how many have them, the most frequent first.
const tally = (valuesOf) => {
  const counts = new Map();
  for (const row of run.cases) for (const value of new Set(valuesOf(row))) {
    counts.set(value, (counts.get(value) || 0) + 1);
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
};

