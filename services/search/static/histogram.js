// The bars over time: drag over some to see their days only, or walk along them with the arrow keys.

let first = null;
let last = null;

const bars = () => [...document.querySelectorAll("#histogram a")];

function mark(from, to) {
  const all = bars();
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  all.forEach((bar, number) => bar.classList.toggle("dragged", low <= number && number <= high));
  const range = document.getElementById("range");
  if (range) range.textContent = low < high ? `${all[low].dataset.from} to ${all[high].dataset.to}` : "";
  return [all[low].dataset.from, all[high].dataset.to];
}

function numberAt(event) {
  const box = document.getElementById("histogram").getBoundingClientRect();
  const count = bars().length;
  return Math.max(0, Math.min(count - 1, Math.floor(((event.clientX - box.left) / box.width) * count)));
}

function forget() {
  first = last = null;
  for (const bar of bars()) bar.classList.remove("dragged");
  const range = document.getElementById("range");
  if (range) range.textContent = "";
}

// Calls `choose(from, to)` with the two ends, as query parameters take them.
export function watchHistogram(choose) {
  document.addEventListener("dragstart", (event) => {
    if (event.target.closest?.("#histogram")) event.preventDefault();
  });
  document.addEventListener("pointerdown", (event) => {
    if (event.button || !event.target.closest?.("#histogram")) return;
    first = last = numberAt(event);
  });
  document.addEventListener("pointermove", (event) => {
    if (first === null || !event.buttons) return;
    last = numberAt(event);
    if (first !== last) mark(first, last);
  });
  document.addEventListener("pointercancel", forget);
  document.addEventListener("pointerup", () => {
    if (first === null) return;
    const [from, to] = [first, last];
    const ends = from !== to && mark(from, to);
    first = last = null;
    if (!ends) return;
    // the click that ends the drag is not one on a bar
    document.addEventListener("click", (event) => event.preventDefault(), { capture: true, once: true });
    setTimeout(() => choose(...ends));
  });
  document.addEventListener("focusin", (event) => {
    const bar = event.target.closest?.("#histogram a");
    if (bar) only(bar);
  });
  document.addEventListener("keydown", (event) => walk(event, choose));
}

// One stop of the Tab key for all bars.
function only(bar) {
  for (const other of bars()) other.setAttribute("tabindex", other === bar ? "0" : "-1");
}

function walk(event, choose) {
  const bar = event.target.closest?.("#histogram a");
  if (!bar) return;
  const all = bars();
  const now = all.indexOf(bar);
  const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -now, End: all.length - 1 - now };
  if (event.key in steps) {
    const next = Math.max(0, Math.min(all.length - 1, now + steps[event.key]));
    if (event.shiftKey) first ??= now;
    else forget();
    if (first !== null) mark(first, (last = next));
    all[next].focus();
  } else if (event.key === "Enter" && first !== null && first !== last) {
    const ends = mark(first, last);
    forget();
    choose(...ends);
  } else if (event.key === "Escape") forget();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
