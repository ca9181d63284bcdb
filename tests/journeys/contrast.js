/* Measures the open page without help of a library; answers lists of what is wrong. Colours are read back from a
   canvas, so every notation of CSS counts, also color-mix(). */
() => {
  const page = document.documentElement, wide = page.clientWidth, found = {contrast: [], sideways: [], targets: [], small: [], texts: 0};
  const called = e => (e.tagName.toLowerCase() + "." + (e.className.baseVal ?? e.className) + " «" + e.textContent.trim().replace(/\s+/g, " ").slice(0, 30) + "»");
  const shown = e => { const r = e.getBoundingClientRect(), s = getComputedStyle(e); return r.width > 0 && r.height > 0 && s.visibility !== "hidden" && e.checkVisibility(); };

  /* contrast: 4.5, large letters 3 */
  const brush = Object.assign(document.createElement("canvas"), {width: 1, height: 1}).getContext("2d", {willReadFrequently: true}), seen = new Map();
  const colour = words => {
    if (!seen.has(words)) {
      brush.clearRect(0, 0, 1, 1); brush.fillStyle = "#000"; brush.fillStyle = words; brush.fillRect(0, 0, 1, 1);
      seen.set(words, [...brush.getImageData(0, 0, 1, 1).data]);
    }
    return seen.get(words);
  };
  const light = c => c.slice(0, 3).map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const over = (top, below) => [0, 1, 2].map(i => (top[i] * top[3] + below[i] * (255 - top[3])) / 255).concat(255);
  const ground = e => {
    const layers = [];
    for (let at = e; at; at = at.parentElement) {
      const c = colour(getComputedStyle(at).backgroundColor);
      if (c[3]) layers.push(c);
      if (c[3] === 255) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), colour(getComputedStyle(page).backgroundColor)[3] ? colour(getComputedStyle(page).backgroundColor) : [255, 255, 255, 255]);
  };
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest("svg, .vh, .skip, [hidden], option") || !shown(e)) continue;
    const written = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    const field = e.matches("input:not([type=checkbox], [type=radio], [type=hidden]), textarea, select");
    if (!written && !field) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize), below = ground(e), ink = over(colour(style.color), below);
    const [a, b] = [light(ink), light(below)], ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700);
    found.texts += 1;
    if (ratio < (large ? 3 : 4.5) && !e.matches(":disabled")) found.contrast.push(ratio.toFixed(2) + " " + called(e));
    if (size < 13.4) found.small.push(size + "px " + called(e));
  }

  /* nothing wider than the window, apart from tables in their own scrolling box */
  if (page.scrollWidth > wide) found.sideways.push(`scrolls ${page.scrollWidth - wide}px`);
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest(".vh, .skip, .table-wrap, svg, .toast, [data-scrolls]") || !shown(e) || getComputedStyle(e).position === "fixed") continue;
    const r = e.getBoundingClientRect();
    if (r.right > wide + 1 || r.left < -1) found.sideways.push(`${Math.round(r.left)}…${Math.round(r.right)} ` + called(e));
  }

  /* targets: 44 by 44, but for links inside a sentence and links whose whole card can be pressed */
  const sentence = e => {
    if (!getComputedStyle(e).display.startsWith("inline")) return false;
    let block = e.parentElement;
    while (block && getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
    if (e.closest(".usertext")) return true;
    const rest = block.cloneNode(true);
    rest.querySelectorAll("a, button, .vh, svg").forEach(x => x.remove());
    return /[\p{L}\p{N}]{2}/u.test(rest.textContent);
  };
  for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (e.closest(".vh, .skip, svg") || e.matches(".skip, .stretch, .vh") || !shown(e)) continue;
    if (e.matches("a") && sentence(e)) continue;
    const r = (e.matches("input") && e.closest("label") || e).getBoundingClientRect();
    if (r.height < 43.5 || r.width < 43.5) found.targets.push(`${Math.round(r.width)}×${Math.round(r.height)} ` + called(e));
  }
  for (const list of ["contrast", "sideways", "targets", "small"]) found[list] = [...new Set(found[list])].slice(0, 8);
  return found;
}
