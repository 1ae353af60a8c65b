// Shows where in the text a tag comes from, while one points at it or its reason; the links do it without this module.

function light(slug, on) {
  for (const piece of document.querySelectorAll(".evidence"))
    if (piece.dataset.tags.split(" ").includes(slug)) piece.classList.toggle("lit", on);
}

for (const reason of document.querySelectorAll(".reasons li")) {
  const { tag } = reason.dataset;
  for (const event of ["pointerenter", "focusin"]) reason.addEventListener(event, () => light(tag, true));
  for (const event of ["pointerleave", "focusout"]) reason.addEventListener(event, () => light(tag, false));
}

for (const piece of document.querySelectorAll(".evidence")) {
  const reasons = [...document.querySelectorAll(".reasons li")].filter((one) =>
    piece.dataset.tags.split(" ").includes(one.dataset.tag),
  );
  piece.addEventListener("pointerenter", () => reasons.forEach((one) => one.classList.add("lit")));
  piece.addEventListener("pointerleave", () => reasons.forEach((one) => one.classList.remove("lit")));
}

addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.metaKey || event.ctrlKey || event.altKey || event.target.matches?.("input, select")) return;
  event.preventDefault();
  document.getElementById("q").focus();
});
