// Lines that were expected beside lines that came.

// Above this many pairs the lines between the equal ends are not matched one by one.
const MOST_PAIRS = 4000000;

// Pairs of [line of a or undefined, line of b or undefined], in order, by equal shapes.
const paired = (a, b) => {
  let start = 0;
  let [endA, endB] = [a.length, b.length];
  const ends = [];
  const same = (m, n) => a[m].shape === b[n].shape;
  const pairs = [];
  while (start < endA && start < endB && same(start, start)) pairs.push([a[start], b[start++]]);
  while (endA > start && endB > start && same(endA - 1, endB - 1)) ends.unshift([a[--endA], b[--endB]]);
  const [left, right] = [a.slice(start, endA), b.slice(start, endB)];
  return [...pairs, ...between(left, right), ...ends];
};

const between = (a, b) => {
  const [rows, columns] = [a.length, b.length];
  if (rows * columns > MOST_PAIRS || !rows || !columns) {
    return [...a.map((one) => [one, undefined]), ...b.map((one) => [undefined, one])];
  }
  // The longest common subsequence of what is left from each pair of positions on.
  const width = columns + 1;
  const longest = new Uint16Array((rows + 1) * width);
  for (let m = rows - 1; m >= 0; m--) {
    for (let n = columns - 1; n >= 0; n--) {
      longest[m * width + n] =
        a[m].shape === b[n].shape
          ? longest[(m + 1) * width + n + 1] + 1
          : Math.max(longest[(m + 1) * width + n], longest[m * width + n + 1]);
    }
  }
  const pairs = [];
  let [m, n] = [0, 0];
  while (m < rows || n < columns) {
    if (m < rows && n < columns && a[m].shape === b[n].shape) pairs.push([a[m++], b[n++]]);
    else if (m < rows && (n === columns || longest[(m + 1) * width + n] >= longest[m * width + n + 1]))
      pairs.push([a[m++], undefined]);
    else pairs.push([undefined, b[n++]]);
  }
  return pairs;
};

const bare = (text) => text.replace(/,$/, "");

// Rows of { sign, line, found }: `-` expected, `+` came, `~` another value that is free to differ.
const compared = (expected, actual, findings, everyValue) => {
  const found = (one) => findings.filter((finding) => finding.at.startsWith("/") && fits(finding.at, one.path));
  const rows = [];
  for (const [old, now] of paired(expected, actual)) {
    if (old && now) {
      const marks = found(now);
      if (bare(old.text) === bare(now.text)) rows.push({ sign: " ", line: now, found: marks });
      else if (marks.length || everyValue)
        rows.push({ sign: "-", line: old, found: [] }, { sign: "+", line: now, found: marks });
      else rows.push({ sign: "~", line: now, found: [] });
    } else if (old) rows.push({ sign: "-", line: old, found: found(old) });
    else rows.push({ sign: "+", line: now, found: found(now) });
  }
  return rows;
};

