// The list of cases, with its search and filters.

// Rows that are there before the first paint, that come in each idle moment after it, and that are laid
// out together, or left out of the layout while they are far away.
const [FIRST, MORE, TOGETHER] = [100, 400, 50];

const list = { positions: [], shown: 0, filling: 0 };
const rowNodes = new Map();

const shortName = (id) => {
  const parts = id.split("::");
  return [parts.slice(0, -1), parts[parts.length - 1]];
};

const why = (row) => {
  if (row.reason) return [row.reason];
  if (!row.found) return row.retries ? [`passed on attempt ${row.retries + 1}`] : [];
  const [[how, id, at], ...more] = row.found;
  const others = more.length ? ` and ${counted(more.length, "more finding")}` : "";
  return [level(how), ` ${id}${at ? ` ${at}` : ""}${others}`];
};

const rowNode = (at) => {
  if (!rowNodes.has(at)) {
    const row = run.cases[at];
    const [folders, name] = shortName(row.id);
    const told = why(row);
    const link = h(
      "a",
      { class: "row" },
      badge(row.verdict),
      h("span", { class: "method" }, row.method || ""),
      h(
        "span",
        { class: "what" },
        h("span", { class: "name" }, h("span", { class: "folders" }, folders.join(" › "), " › "), h("b", {}, name)),
        told.length ? h("span", { class: "why" }, told) : null,
      ),
      h("span", { class: "ms" }, row.verdict === "skipped" ? "" : time(row.ms)),
    );
    rowNodes.set(at, h("div", { class: "item", role: "listitem" }, link));
  }
  return rowNodes.get(at);
};

const rowLink = (at) => rowNodes.get(at)?.firstChild;

// The addresses of the rows keep the filters.
const fillTo = (end) => {
  const rest = hashOf({ case: null, view: "cases" }).slice(1);
  const after = rest && `&${rest}`;
  while (list.shown < Math.min(end, list.positions.length)) {
    const next = list.positions.slice(list.shown, list.shown + TOGETHER);
    byId("rows").append(h("div", { class: "chunk" }, next.map(rowNode)));
    for (const at of next) {
      rowLink(at).setAttribute("href", `#case=${encodeURIComponent(run.cases[at].key)}${after}`);
    }
    list.shown += next.length;
  }
};

const later = window.requestIdleCallback || ((work) => setTimeout(work, 16));

const fillRest = (filling) => {
  if (filling !== list.filling) return;
  if (list.shown >= list.positions.length) return later(readAll);
  fillTo(list.shown + MORE);
  later(() => fillRest(filling));
};

// The words of each case, before somebody searches.
const readAll = () => run.cases.forEach(haystack);

const filterKey = () => FILTERS.map((name) => state[name]).join("\n");

const rowsNode = () => h("div", { id: "rows", role: "list", "aria-label": "Cases" });

const showList = () => {
  list.positions = chosen();
  list.shown = 0;
  // A new list: to take ten thousand rows out of the old one takes longer.
  byId("rows").replaceWith(rowsNode());
  fillTo(FIRST);
  const filling = ++list.filling;
  // After the paint.
  requestAnimationFrame(() => setTimeout(() => fillRest(filling)));
  list.filters = filterKey();
  const [some, all] = [list.positions.length, run.cases.length];
  const told = some === all ? counted(all, "case") : `${number(some)} of ${counted(all, "case")}`;
  byId("shown").textContent = told;
  byId("none").hidden = some > 0;
  byId("clear").hidden = !isFiltered();
};

// Changes the filters without a step in the history for each letter.
const refine = (changes) => {
  history.replaceState(null, "", hashOf({ ...changes, case: null }));
  state = stateOf(location.hash);
  showFilters();
  showList();
};

const SORTS = [
  ["", "problems first"],
  ["plan", "in file order"],
  ["slowest", "slowest first"],
];

const selects = () => [
  ["suite", "suite", tally((row) => [row.suite])],
  ["severity", "level", tally((row) => (row.found || []).map(([how]) => how))],
  ["finding", "finding", tally((row) => (row.found || []).map(([, id]) => id))],
  ["method", "method", tally((row) => (row.method ? [row.method] : []))],
  ["tag", "tag", tally((row) => row.tags || [])],
];

const select = (name, label, options) => {
  const change = (event) => refine({ [name]: event.target.value, ...(name === "finding" ? { at: "" } : {}) });
  return h(
    "label",
    { class: "choice" },
    h("span", {}, label),
    h("select", { id: `by-${name}`, onchange: change }, options),
  );
};

const option = (value, text) => h("option", { value }, text);

const filters = () => {
  const typed = (event) => refine({ q: event.target.value });
  const field = h("input", {
    id: "search",
    type: "search",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "id, URL, finding, place, tag …",
    oninput: typed,
  });
  const used = selects().filter(([name, , values]) => values.length > (name === "suite" || name === "method" ? 1 : 0));
  return h(
    "form",
    { class: "filters", role: "search", onsubmit: (event) => event.preventDefault() },
    h(
      "div",
      { class: "searching" },
      h("label", { for: "search" }, "Search"),
      field,
      h("kbd", { "aria-hidden": "true" }, "/"),
    ),
    h(
      "div",
      { class: "choices" },
      used.map(([name, label, values]) =>
        select(name, label, [
          option("", `every ${label}`),
          ...values.map(([value, count]) => option(value, `${value} (${number(count)})`)),
        ]),
      ),
      select("sort", "order", SORTS.map(([value, text]) => option(value, text))),
    ),
  );
};

const showFilters = () => {
  if (byId("search").value !== state.q) byId("search").value = state.q;
  for (const name of ["suite", "severity", "finding", "method", "tag", "sort"]) {
    const field = byId(`by-${name}`);
    if (field && field.value !== state[name]) field.value = state[name];
  }
  const verdicts = state.verdict.split(",").filter(Boolean);
  for (const button of document.querySelectorAll("button.count")) {
    button.setAttribute("aria-pressed", String(verdicts.includes(button.dataset.verdict)));
  }
  byId("at").hidden = !state.at;
  byId("at").textContent = line(`at ${state.at}`);
};

const toggle = (verdict) => {
  const verdicts = state.verdict.split(",").filter(Boolean);
  const rest = verdicts.filter((one) => one !== verdict);
  const next = rest.length === verdicts.length ? [...verdicts, verdict] : rest;
  const here = state.view === "cases" && state.case === null;
  if (!here) location.hash = hashOf({ view: "cases", case: null, verdict: next.join(",") });
  else refine({ verdict: next.join(",") });
};

const NOTHING = Object.fromEntries(FILTERS.filter((name) => name !== "sort").map((name) => [name, ""]));

const caseList = () =>
  h(
    "section",
    { id: "view-cases", "aria-label": "Cases" },
    causes(),
    filters(),
    h(
      "div",
      { class: "told" },
      h("p", { id: "shown", role: "status" }),
      h("span", { id: "at", class: "chip", hidden: true }),
      h(
        "button",
        { id: "clear", type: "button", class: "small", hidden: true, onclick: () => refine(NOTHING) },
        "show all",
      ),
    ),
    rowsNode(),
    h("p", { id: "none", hidden: true }, "No case fits the search and the filters."),
  );

// What several cases have in common: one cause is one thing to mend.
const causes = () => {
  const groups = new Map();
  for (const row of run.cases) {
    if (!["failed", "errored"].includes(row.verdict) || !row.found) continue;
    const [how, id, at] = row.found[0];
    // Of cases without a usable answer the reason says more than the place.
    const why = row.verdict === "errored" ? [row.status, row.reason].filter(Boolean).join(": ") : "";
    const key = JSON.stringify([row.verdict, id, at, why]);
    const group = groups.get(key) || { how, id, at, why, verdict: row.verdict, cases: 0 };
    group.cases++;
    groups.set(key, group);
  }
  const shared = [...groups.values()].filter((group) => group.cases > 1).sort((a, b) => b.cases - a.cases);
  if (!shared.length) return null;
  const item = ({ how, id, at, why, verdict, cases }) => {
    const show = { ...NOTHING, finding: id, at, verdict };
    return h(
      "li",
      {},
      h("a", { href: hashOf({ ...show, view: "cases", case: null }) }, counted(cases, "case")),
      level(how),
      h("span", {}, h("code", {}, id, at ? ` ${at}` : ""), why ? h("span", { class: "muted" }, ` ${why}`) : null),
    );
  };
  return h(
    "div",
    { class: "causes" },
    h("h2", {}, "In several cases"),
    h("ul", {}, shared.slice(0, 5).map(item)),
    shared.length > 5 ? h("p", {}, `and ${counted(shared.length - 5, "more difference")} that several cases have`) : null,
  );
};

