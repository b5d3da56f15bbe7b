// Search and filters of the tags, and the comparison of two dates. The pages work without it.
"use strict";

function byId(name) {
  return document.getElementById(name);
}

function setUpTags() {
  const form = byId("filter");
  if (!form) {
    return;
  }
  const rows = Array.from(document.querySelectorAll("#tags tbody tr"));
  const fields = ["search", "cycle", "variant", "architecture", "kind"].map(byId);
  function has(list, word) {
    return list.split(" ").includes(word);
  }
  function update() {
    const [search, cycle, variant, architecture, kind] = fields.map((field) => field.value);
    const word = search.trim().toLowerCase();
    const everyVariant = fields[2].selectedIndex === 0;
    let shown = 0;
    for (const row of rows) {
      const data = row.dataset;
      const fits =
        (!word || row.cells[0].textContent.toLowerCase().includes(word) || row.cells[1].textContent.includes(word)) &&
        (!cycle || data.cycle === cycle) &&
        (everyVariant || has(data.variants, variant)) &&
        (!architecture || has(data.architectures, architecture)) &&
        (!kind || data.kind === kind);
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    byId("count").textContent = shown === rows.length ? `${shown} tags` : `${shown} of ${rows.length} tags`;
  }
  for (const field of fields) {
    field.addEventListener("input", update);
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  update();
}

function tagsAt(history, number) {
  const tags = new Map(Object.entries(history.first));
  for (const step of history.steps.slice(0, number)) {
    for (const [name, tag] of Object.entries(step.tags)) {
      if (tag === null) {
        tags.delete(name);
      } else {
        tags.set(name, tag);
      }
    }
  }
  return tags;
}

function cell(row, text) {
  const made = document.createElement("td");
  made.textContent = text;
  row.append(made);
}

function setUpComparison() {
  const form = byId("compare");
  const history = window.tagmatrixHistory;
  if (!form || !history) {
    return;
  }
  const days = [history.day, ...history.steps.map((step) => step.day)];
  const [before, after, search] = ["old", "new", "search"].map(byId);
  for (const list of [before, after]) {
    history.order.forEach((number) => {
      const day = days[number];
      const same = days.slice(0, number).filter((other) => other === day).length;
      list.add(new Option(same ? `${day} (${same + 1})` : day, String(number)));
    });
  }
  before.value = String(Math.max(0, days.length - 2));
  after.value = String(days.length - 1);
  const table = byId("differences");
  function describe(tag) {
    return tag ? [tag[0] || "no version", tag[1]].filter(Boolean).join(", ") : "–";
  }
  function architectures(old, now) {
    const left = old ? old[2].split(" ") : [];
    const right = now ? now[2].split(" ") : [];
    if (!old || !now) {
      return (now || old)[2].split(" ").join(", ");
    }
    const gained = right.filter((name) => !left.includes(name)).map((name) => `+${name}`);
    const lost = left.filter((name) => !right.includes(name)).map((name) => `−${name}`);
    return [...gained, ...lost].join(", ") || "the same";
  }
  function update() {
    const left = tagsAt(history, Number(before.value));
    const right = tagsAt(history, Number(after.value));
    const word = search.value.trim().toLowerCase();
    const body = document.createElement("tbody");
    for (const name of new Set([...right.keys(), ...left.keys()])) {
      const old = left.get(name);
      const now = right.get(name);
      if (String(old) === String(now) || !name.toLowerCase().includes(word)) {
        continue;
      }
      const row = body.insertRow();
      row.className = !now ? "ended" : old ? "moved" : "added";
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = name;
      row.append(head);
      cell(row, describe(old));
      cell(row, describe(now));
      cell(row, architectures(old, now));
    }
    table.tBodies[0].replaceWith(body);
    table.hidden = body.rows.length === 0;
    const count = (name) => Array.from(body.rows).filter((row) => row.className === name).length;
    byId("count").textContent = `${body.rows.length} tags differ: ${count("moved")} change, ${count("added")} are new, ${count("ended")} end`;
  }
  for (const field of [before, after, search]) {
    field.addEventListener("input", update);
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  update();
}

setUpTags();
setUpComparison();
