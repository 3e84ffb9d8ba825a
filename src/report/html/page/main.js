// What is shown for an address.

let [cameFrom, scrolled] = [null, 0];

const show = (changed) => {
  const before = state;
  state = stateOf(location.hash);
  if (!pages().some(([view]) => view === state.view)) state.view = "cases";
  if (before.case === null && before.view === "cases") scrolled = window.scrollY;
  const at = state.case === null ? undefined : places.get(state.case);
  const isCase = state.case !== null;
  byId("top").hidden = isCase;
  byId("view-case").hidden = !isCase;
  for (const [view] of pages()) {
    byId(`view-${view}`).hidden = isCase || state.view !== view;
    const entry = byId(`to-${view}`);
    entry.setAttribute("href", hashOf({ view, case: null }));
    if (state.view === view) entry.setAttribute("aria-current", "page");
    else entry.removeAttribute("aria-current");
  }
  showFilters();
  if (list.filters !== filterKey()) showList();
  if (isCase) showCase(at, changed);
  else if (changed) back();
  const name = at === undefined ? run.sentence : run.cases[at].id;
  document.title = line(`${name} · uphold`);
};

const showCase = (at, changed) => {
  cameFrom = at;
  const missing = () => [
    steps(undefined),
    h("h1", { id: "case-title", tabindex: "-1" }, "No such case"),
    h("p", {}, `This run has no case ${state.case}.`),
  ];
  byId("view-case").replaceChildren(...nodes([at === undefined ? missing() : casePage(at)]));
  if (changed) {
    window.scrollTo(0, 0);
    byId("case-title")?.focus({ preventScroll: true });
  }
};

// To the row of the case that was looked at.
const back = () => {
  if (cameFrom === null || state.view !== "cases") return;
  const place = list.positions.indexOf(cameFrom);
  if (place >= list.shown) fillTo(place + MORE);
  window.scrollTo(0, scrolled);
  if (place >= 0) rowLink(cameFrom).focus();
  cameFrom = null;
};

const unfold = () => document.querySelectorAll("#view-case details").forEach((one) => (one.open = true));

byId("top").append(top());
byId("top").hidden = false;
const views = { codes: codesView, slowest: slowestView, run: runView };
byId("main").append(caseList(), h("section", { id: "view-case", "aria-label": "Case", hidden: true }));
for (const [view] of pages()) if (views[view]) byId("main").append(views[view]());
byId("help").append(...help());
byId("foot").append(
  h("p", {}, `uphold ${run.uphold} · `, h("button", { type: "button", class: "plain-button", onclick: ACTIONS["?"] }, "keys"), " · this file holds everything; it loads nothing"),
);
byId("foot").hidden = false;

addEventListener("hashchange", () => show(true));
addEventListener("keydown", pressed);
addEventListener("beforeprint", unfold);
show(false);
document.addEventListener("DOMContentLoaded", () => state.case !== null && show(false));
