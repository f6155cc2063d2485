// Choosing conversations of the list: with Shift all between two, by X what has the focus. The bar shows itself.
let last = null;

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
  count();
});
