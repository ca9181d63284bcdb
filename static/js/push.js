/* Turns messages of this browser on and off. Without it the rest of the page works as it is. */
(() => {
  const box = document.querySelector("[data-push]");
  if (!box || !("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;
  const state = box.querySelector("[data-push-state]");
  const on = box.querySelector("[data-push-on]");
  const off = box.querySelector("[data-push-off]");
  const none = document.querySelector("[data-push-none]");
  const bytes = (text) => Uint8Array.from(
    atob(text.replaceAll("-", "+").replaceAll("_", "/").padEnd(Math.ceil(text.length / 4) * 4, "=")), (sign) => sign.charCodeAt(0));
  const text = (raw) => btoa(String.fromCharCode(...new Uint8Array(raw))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const post = (address, fields) => fetch(address, {
    method: "POST", body: new URLSearchParams({ csrf_token: box.dataset.token, ...fields }), redirect: "error",
  });
  const tell = async (subscription) => {
    const answer = await post(box.dataset.add, {
      endpoint: subscription.endpoint, p256dh: text(subscription.getKey("p256dh")), auth: text(subscription.getKey("auth")),
    });
    if (!answer.ok) throw new Error(String(answer.status));
  };
  const show = (subscribed, words) => {
    const denied = Notification.permission === "denied";
    state.textContent = words || box.dataset[denied ? "wordsDenied" : subscribed ? "wordsOn" : "wordsOff"];
    on.hidden = subscribed || denied;
    off.hidden = !subscribed;
    box.hidden = false;
    if (none) none.hidden = true;
  };
  const worker = () => navigator.serviceWorker.register("/sw.js", { scope: "/" });
  const begin = async () => {
    const found = await (await worker()).pushManager.getSubscription();
    if (found) await tell(found); /* the sign-in may be a new one: the browser belongs to it from now on */
    show(Boolean(found));
  };
  on.addEventListener("click", async () => {
    on.disabled = true;
    try {
      await worker();
      const ready = await navigator.serviceWorker.ready;
      const made = await ready.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(box.dataset.key) });
      await tell(made);
      show(true);
      off.focus();
    } catch {
      show(false, Notification.permission === "denied" ? "" : box.dataset.wordsFailed);
    }
    on.disabled = false;
  });
  off.addEventListener("click", async () => {
    off.disabled = true;
    try {
      const found = await (await worker()).pushManager.getSubscription();
      if (found) {
        await post(box.dataset.drop, { endpoint: found.endpoint });
        await found.unsubscribe();
      }
      show(false);
      on.focus();
    } catch {
      show(true, box.dataset.wordsFailed);
    }
    off.disabled = false;
  });
  begin().catch(() => show(false));
})();
