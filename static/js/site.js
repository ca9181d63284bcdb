/* Comforts for every page. All of it may be missing: each page works by plain links and forms. */
(() => {
  const $ = (s, r = document) => r.querySelector(s);
  const $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const lang = document.documentElement.lang || "fa";
  const digits = { fa: "fa-IR", ar: "ar-u-nu-arab", en: "en" }[lang] || lang;
  const num = (n) => Number(n).toLocaleString(digits);
  const store = {
    get(k) { try { return sessionStorage.getItem(k); } catch { return null; } },
    set(k, v) { try { sessionStorage.setItem(k, v); } catch { /* nothing to remember with */ } },
    drop(k) { try { sessionStorage.removeItem(k); } catch { /* nothing to forget */ } },
  };

  /* theme */
  const toggle = $("[data-theme-toggle]");
  if (toggle) toggle.addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* for this page only */ }
  });

  /* menus close on Escape and on a press elsewhere */
  addEventListener("keydown", (e) => {
    if (e.key === "Escape") $$("details.menu[open]").forEach((d) => { d.open = false; $("summary", d).focus(); });
  });
  addEventListener("click", (e) => $$("details.menu[open]").forEach((d) => { if (!d.contains(e.target)) d.open = false; }));

  /* a short word that goes by itself; it only repeats what the page says elsewhere */
  const toast = $("[data-toast]");
  let timer;
  const say = (words) => {
    if (!toast || !words) return;
    $("span", toast).textContent = words;
    toast.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => { toast.hidden = true; }, 8000);
  };
  addEventListener("say", (e) => say(e.detail));

  /* after a form was sent, the focus goes to what came of it; errors take it always */
  const POSTED = "posted";
  addEventListener("submit", (e) => {
    const form = e.target;
    if (e.defaultPrevented || (form.method || "").toLowerCase() !== "post") return;
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = "1";
    if (e.submitter) e.submitter.setAttribute("aria-disabled", "true");
    store.set(POSTED, String(Date.now()));
    /* a stopped page load must not leave a dead form */
    setTimeout(() => {
      delete form.dataset.sent;
      if (e.submitter) e.submitter.removeAttribute("aria-disabled");
    }, 10000);
  });
  addEventListener("pageshow", (e) => {
    if (!e.persisted) return;
    $$("form[data-sent]").forEach((f) => {
      delete f.dataset.sent;
      $$("[aria-disabled]", f).forEach((b) => b.removeAttribute("aria-disabled"));
    });
  });
  const errors = $('[data-focus="errors"]');
  const fresh = Date.now() - Number(store.get(POSTED) || 0) < 30000;
  store.drop(POSTED);
  if (errors) errors.focus();
  else if (fresh) {
    const target = $('[data-focus]:not([data-focus="flash"])') || $('[data-focus="flash"]');
    if (target) {
      if (!target.matches("a,button,input,select,textarea,[tabindex]")) target.tabIndex = -1;
      target.focus();
    }
  }

  /* a draft of this device (draft.js) is dropped once its form was taken; errors, failures and the sign-in on the way keep it */
  const SENT = "draft-sent";
  const sent = store.get(SENT);
  if (sent && !location.pathname.endsWith("/signin")) {
    store.drop(SENT);
    if (!errors && !$(".err-page")) {
      try { localStorage.removeItem(sent); } catch { /* it was never kept */ }
    }
  }

  /* how much may still be written; the words come from the page */
  $$("[data-count]").forEach((area) => {
    const out = document.getElementById(area.dataset.count);
    const most = Number(area.getAttribute("maxlength"));
    if (!out || !out.dataset.of || !most) return;
    const show = () => {
      out.textContent = out.dataset.of.replace("{n}", num([...area.value].length)).replace("{most}", num(most));
    };
    area.addEventListener("input", show);
    show();
  });

  /* live preview: what is typed or chosen appears in the element named by data-mirror */
  const mirror = (el) => {
    const out = document.getElementById(el.dataset.mirror);
    if (!out || (el.type === "radio" && !el.checked)) return;
    const words = el.dataset.text || (el.selectedOptions ? el.selectedOptions[0]?.textContent : el.value) || "";
    out.textContent = words.trim() || out.dataset.empty || "…";
  };
  $$("[data-mirror]").forEach((el) => { el.addEventListener("input", () => mirror(el)); });

  $$("[data-print]").forEach((b) => { b.hidden = false; b.addEventListener("click", () => print()); });

  /* choices that change the list at once; without this the button beside them does it */
  $$("select[data-submit]").forEach((s) => s.addEventListener("change", () => s.form.requestSubmit()));

  /* sharing: the phone's own sheet where there is one, the ready text otherwise */
  $$("details[data-share]").forEach((d) => {
    if (!navigator.share) return;
    $("summary", d).addEventListener("click", (e) => {
      e.preventDefault();
      navigator.share({ text: d.dataset.shareText, url: d.dataset.shareUrl }).catch(() => { d.open = true; });
    });
  });
  $$("[data-copy]").forEach((b) => b.addEventListener("click", async () => {
    const from = document.getElementById(b.dataset.copy);
    from.select();
    try { await navigator.clipboard.writeText(from.value); } catch { document.execCommand("copy"); }
    say(b.dataset.copied);
  }));

  /* panels that are open where there is room for them */
  const wide = matchMedia("(min-width: 62em)");
  const sync = () => $$("[data-open-wide]").forEach((d) => { d.open = wide.matches; });
  sync();
  wide.addEventListener("change", sync);
})();
