// Choosing conversations of the list: with Shift all between two, by X what has the focus. The bar shows itself.
let last = null;
const chosen = new Map(); // by row the time of its newest message and its value, as they were when it was chosen

const row = (one) => one.closest(".row");

export function count() {
  const many = document.querySelector("[data-many]");
  if (many) many.textContent = document.querySelectorAll("[name=chosen]:checked").length;
}

document.addEventListener("click", ({ target, shiftKey }) => {
  if (target.name !== "chosen") return;
  const all = [...document.querySelectorAll("[name=chosen]")];
  const [from, to] = [all.indexOf(last), all.indexOf(target)].sort((a, b) => a - b);
  if (shiftKey && from >= 0) for (const one of all.slice(from, to)) one.checked = target.checked;
  last = target;
  for (const one of all) {
    const { id, dataset } = row(one);
    if (!one.checked) chosen.delete(id);
    else if (!chosen.has(id)) chosen.set(id, [dataset.at, one.value]);
  }
  count();
});

// The list lives: what came in since a row was chosen nobody may have seen, and the server must hear of it.
document.addEventListener("submit", ({ target }) => {
  if (target.id !== "bulk") return;
  target.elements.open.value = document.getElementById("thread")?.dataset.conversation ?? "";
  for (const one of document.querySelectorAll("[name=chosen]:checked")) {
    const [at, value] = chosen.get(row(one).id) ?? [];
    if (value && at !== row(one).dataset.at) one.value = value;
  }
});

// The bar goes, and with it the button that was pressed.
document.addEventListener("reset", ({ target }) => {
  if (target.id !== "bulk") return;
  chosen.clear();
  last?.focus();
});
