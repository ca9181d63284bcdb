/* While one writes: what is already there. A text field with data-similar-url fetches a piece of page into data-similar-target. */
(() => {
  const WAIT = 400;
  const LEAST = 12;
  document.querySelectorAll("[data-similar-url]").forEach((field) => {
    const target = document.getElementById(field.dataset.similarTarget);
    if (!target) return;
    if (!target.hasAttribute("aria-live")) target.setAttribute("aria-live", "polite");
    let timer;
    let asked = "";
    let running;
    const look = async () => {
      const words = field.value.trim();
      if (words === asked) return;
      asked = words;
      if (running) running.abort();
      if (words.length < LEAST) { target.replaceChildren(); target.hidden = true; return; }
      running = new AbortController();
      const url = new URL(field.dataset.similarUrl, location.href);
      url.searchParams.set("text", words.slice(0, 1000));
      try {
        const answer = await fetch(url, { signal: running.signal, headers: { Accept: "text/html" }, credentials: "same-origin" });
        if (!answer.ok) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        target.replaceChildren(...page.body.childNodes);
        target.hidden = !target.textContent.trim();
      } catch { /* offline or overtaken by the next letter: the list stays as it was */ }
    };
    field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, WAIT); });
    if (field.value.trim()) look();
  });
})();
