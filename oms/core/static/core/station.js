"use strict";
// A station: one field that scans go to. Without this file every scan is a plain form;
// with it the page stays, the field keeps the focus, and fast scans wait their turn.
// One character that stays alone in the field for 80 ms is a key, as a scanner types
// faster; a code that is typed by hand starts with "/".
{
  const $ = (what) => document.querySelector(what);
  const ALONE = 80;
  const waiting = [];
  let busy = false, alone;

  const focus = () => $("#scan")?.focus({ preventScroll: true });

  const beep = () => {
    const sound = new AudioContext(), tone = sound.createOscillator();
    tone.type = "square";
    tone.frequency.value = 180;
    tone.connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + 0.4);
    tone.onended = () => sound.close();
  };

  const show = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("#station");
    if (!fresh) return location.reload(); // logged out meanwhile
    const typed = $("#scan").value;
    $("#station").replaceWith(fresh);
    $("#scan").value = typed;
    settle();
    const shout = $(".station-shout"); // a text that changes is read out, a new one may not be
    const words = [...shout.childNodes];
    shout.replaceChildren();
    requestAnimationFrame(() => shout.replaceChildren(...words));
    const query = fresh.dataset.query ?? (fresh.dataset.box ? "work=" + fresh.dataset.box : "");
    history.replaceState(null, "", location.pathname + (query && "?" + query));
    // red is read first: what was scanned after it does not count
    if (shout.classList.contains("bad")) { waiting.length = 0; beep(); navigator.vibrate?.(300); }
    focus();
    if (atOnce()) $('#station form[data-print="auto"]')?.requestSubmit();
  };

  // Paper comes out of a frame that nobody sees, each its own: the next may come while
  // one still loads. Without this file it opens in a tab.
  const PAPERS = 5;
  let papers = 0;
  const paper = () => {
    const frame = document.createElement("iframe");
    frame.className = "station-paper";
    frame.name = "station-paper-" + ++papers;
    frame.title = document.title;
    frame.tabIndex = -1;
    frame.addEventListener("load", () => {
      try {
        if (frame.contentWindow.location.href === "about:blank") return;
        frame.contentWindow.print();
      } catch { /* a browser that shows no paper in frames */ }
      focus();
    });
    document.body.append(frame);
    document.querySelectorAll(".station-paper").forEach((old, n, all) => {
      if (n < all.length - PAPERS) old.remove();
    });
    return frame;
  };

  const atOnce = () => localStorage.getItem("print-at-once") !== "off";
  const settle = () => {
    const box = $("#print-at-once");
    if (!box) return;
    box.closest("[hidden]")?.removeAttribute("hidden");
    box.checked = atOnce();
    box.onchange = () => localStorage.setItem("print-at-once", box.checked ? "on" : "off");
  };

  const keyed = (key) => $(`#station [data-key~="${CSS.escape(key)}"]:not(:disabled)`);
  const press = async (button) => {
    const form = button.form;
    if (button.matches("input")) return button.focus();
    if (!form || form.dataset.print || form.method !== "post") return button.click();
    await send(new FormData(form, button), form.action);
  };

  const fail = () => {
    const station = $("#station"), shout = $(".station-shout");
    waiting.length = 0;
    shout.className = "station-shout bad";
    shout.querySelector("b").textContent = station.dataset.failed;
    shout.querySelector("span").textContent = station.dataset.again;
    beep();
  };

  const send = async (body, url) => {
    const stop = new AbortController(), timer = setTimeout(() => stop.abort(), 20000);
    try {
      const answer = await fetch(url, { method: "POST", body, signal: stop.signal });
      if (answer.status === 403) return location.reload(); // logged in anew meanwhile
      if (!answer.ok) throw new Error(answer.status);
      show(await answer.text());
    } catch { fail(); } finally { clearTimeout(timer); }
  };

  const work = async () => {
    if (busy) return;
    busy = true;
    while (waiting.length) {
      const next = waiting.shift();
      if (next.key) {
        const button = keyed(next.key);
        if (button) await press(button);
        continue;
      }
      const form = $(".station-scan"), body = new FormData(form);
      body.set("code", next.code);
      await send(body, form.action);
    }
    busy = false;
  };

  const take = () => {
    const input = $("#scan"), code = input.value.trim().replace(/^\//, "");
    clearTimeout(alone);
    input.value = "";
    if (code) { waiting.push({ code }); work(); }
  };

  document.addEventListener("input", (event) => {
    const input = event.target;
    if (input.id !== "scan") return;
    clearTimeout(alone);
    const key = input.value.toLowerCase();
    if (!/^[a-z0-9]$/.test(key)) return;
    alone = setTimeout(() => {
      if (!keyed(key)) return;
      input.value = "";
      waiting.push({ key });
      work();
    }, ALONE);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest("#station") || form.method !== "post") return;
    if (form.dataset.print) { form.target = paper().name; return; }
    event.preventDefault();
    if (form.matches(".station-scan")) return take();
    if (busy) return;
    busy = true;
    send(new FormData(form, event.submitter), form.action).finally(() => { busy = false; });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Tab" && event.target.id === "scan" && event.target.value.trim()) {
      event.preventDefault(); // some scanners end with Tab
      return take();
    }
    if (event.target !== document.body && !event.target.closest("#station")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key.length === 1 && event.target.matches("input, textarea, select")) return;
    if (event.ctrlKey || event.altKey || event.metaKey || !keyed(key)) return;
    // Enter is a key in an empty field only: after a code it is the scanner's
    if (key === "Enter" && (event.target.id !== "scan" || event.target.value.trim())) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // pages have keys of their own
    waiting.push({ key });
    work();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("#station a[data-print]");
    if (link) { event.preventDefault(); paper().src = link.href; }
    if (!event.target.closest("a, button, input, summary, select, label")) focus();
  });
  addEventListener("focus", focus);
  settle();
  focus();
}
