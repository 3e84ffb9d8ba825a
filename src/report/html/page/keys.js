// The keyboard.

const KEYS = [
  ["/", "search"],
  ["j, ↓", "next case"],
  ["k, ↑", "previous case"],
  ["Enter", "open the case"],
  ["c", "copy the case as curl"],
  ["Esc", "back to the list; in the search, clear it"],
  ["?", "this help"],
];

const help = () => [
  h("h2", { id: "help-title" }, "Keys"),
  h("dl", {}, KEYS.map(([key, does]) => h("div", {}, h("dt", {}, key.split(", ").map((one) => h("kbd", {}, one))), h("dd", {}, does)))),
  h("form", { method: "dialog" }, h("button", { class: "small" }, "close")),
];

const isTyping = (target) => target.matches("input, select, textarea");

// To the row that is so many further, the first where none is focused; before it is the search.
const walk = (by) => {
  const focused = document.activeElement;
  const current = list.positions.findIndex((at) => rowLink(at) === focused);
  const next = current < 0 ? 0 : Math.min(current + by, list.positions.length - 1);
  if (next < 0) return byId("search").focus();
  if (next >= list.shown) fillTo(next + MORE);
  rowLink(list.positions[next])?.focus();
};

const neighbour = (by) => {
  if (state.case === null) return;
  const at = list.positions[list.positions.indexOf(places.get(state.case)) + by];
  if (at !== undefined) location.hash = caseHash(run.cases[at].key);
};

const leave = (event) => {
  if (event.target.id === "search" && state.q) return refine({ q: "" });
  if (isTyping(event.target)) return event.target.blur();
  if (state.case !== null) location.hash = hashOf({ case: null, view: "cases" });
};

const onList = () => state.case === null && state.view === "cases";

const ACTIONS = {
  "/": () => {
    if (!onList()) location.hash = hashOf({ case: null, view: "cases" });
    setTimeout(() => byId("search").focus());
  },
  j: () => (onList() ? walk(1) : neighbour(1)),
  k: () => (onList() ? walk(-1) : neighbour(-1)),
  c: () => {
    const at = state.case === null ? undefined : places.get(state.case);
    const curl = at !== undefined && details(at)?.curl;
    if (curl) copy(curl, "the curl command");
  },
  "?": () => byId("help").showModal(),
};

const pressed = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
  if (event.key === "Escape") return leave(event);
  const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const walks = event.target.id === "search" || event.target.closest?.("#rows");
  if (arrow && onList() && walks) {
    event.preventDefault();
    return walk(arrow);
  }
  if (isTyping(event.target)) return;
  const action = ACTIONS[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
};

