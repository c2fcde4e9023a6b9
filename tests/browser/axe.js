// What axe finds wrong on the page as it stands: [impact, rule, examples], each.
// Without `rules`, all rules are asked.
//
// Contrast is most of axe's work, and every row of a list is the same work again. So it
// is asked of the first, the middle and the last of all texts that are painted in the
// same way, and of every way there is; all other rules look at everything.
async (rules) => {
  const looks = ["color", "opacity", "backgroundColor", "backgroundImage", "filter",
                 "fontSize", "fontWeight", "textShadow", "visibility", "display"];
  const ways = new Map();

  function wayOf(element) {
    if (!element) return "";
    if (!ways.has(element)) {
      const style = getComputedStyle(element);
      const own = [element.tagName, element.className, element.matches(":disabled")];
      ways.set(element, [...own, ...looks.map((name) => style[name]),
                         wayOf(element.parentElement)].join("|"));
    }
    return ways.get(element);
  }

  function hasText(element) {
    const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
    return element.matches("input, select, textarea")
      || [...element.childNodes].some(isText);
  }

  document.getAnimations().forEach((each) => each.finish());
  const alike = new Map();
  for (const element of document.body.querySelectorAll("*")) {
    element.removeAttribute("data-sample");
    if (!hasText(element)) continue;
    const way = wayOf(element);
    if (!alike.has(way)) alike.set(way, []);
    alike.get(way).push(element);
  }
  for (const all of alike.values())
    for (const index of [0, Math.floor(all.length / 2), all.length - 1])
      all[index].setAttribute("data-sample", "");
  axe.configure({rules: [{id: "color-contrast", selector: "[data-sample]"}]});

  const {violations} = await axe.run({
    ...(rules.length ? {runOnly: {type: "rule", values: rules}} : {}),
    preload: false, resultTypes: ["violations"], selectors: false});
  return violations.map(
    ({impact, id, nodes}) => [impact, id, nodes.slice(0, 3).map((each) => each.html)]);
}
