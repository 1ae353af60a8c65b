// Keys for those who read without a mouse: `/` to the search line, j and k or the arrows from article to article.

const links = () => [...document.querySelectorAll("#hits .hit a.open")];

function writing(element) {
  return element.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
}

export function watchKeys(line) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return;
    if (event.target === line && event.key === "ArrowDown") step(event, 1);
    else if (writing(event.target)) return;
    else if (event.key === "/") {
      event.preventDefault();
      line.focus();
      line.select();
    } else if (event.key === "j" || (event.key === "ArrowDown" && onHit())) step(event, 1);
    else if (event.key === "k" || (event.key === "ArrowUp" && onHit())) step(event, -1);
  });
}

const onHit = () => document.activeElement.matches("#hits a.open");

function step(event, by) {
  const all = links();
  const now = all.indexOf(document.activeElement);
  const next = all[now < 0 ? 0 : now + by];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}
