"use strict";
// A station: one field that scans go to. Without this file every scan is a plain form;
// with it the page stays, the field keeps the focus, and fast scans wait their turn.
{
  const $ = (what) => document.querySelector(what);
  const waiting = [];
  let busy = false;

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
    const shout = $(".station-shout"); // a text that changes is read out, a new one may not be
    const words = [...shout.childNodes];
    shout.replaceChildren();
    requestAnimationFrame(() => shout.replaceChildren(...words));
    history.replaceState(null, "", location.pathname + (fresh.dataset.box ? "?work=" + fresh.dataset.box : ""));
    // red is read first: what was scanned after it does not count
    if (shout.classList.contains("bad")) { waiting.length = 0; beep(); navigator.vibrate?.(300); }
    focus();
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
      const form = $(".station-scan"), body = new FormData(form);
      body.set("code", waiting.shift());
      await send(body, form.action);
    }
    busy = false;
  };

  const take = () => {
    const input = $("#scan"), code = input.value.trim();
    input.value = "";
    if (code) { waiting.push(code); work(); }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest("#station")) return;
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
    const button = $(`#station [data-key="${CSS.escape(event.key)}"]`);
    if (!button || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    if (!busy) button.click();
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("a, button, input, summary, select")) focus();
  });
  addEventListener("focus", focus);
  focus();
}
