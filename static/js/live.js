/* What this file owes the page:
   - Parts are fresh. A message of the stream names topics; every part that listens to `desk:<topic>` then asks for itself
     again. Without a stream all parts are asked every two seconds, with one every fifteen, in case a message was lost.
   - The rail says which of these it is, and the page says since when the desk has not answered.
   - A refresh costs a person nothing: focus, caret, open folds, typed text, scroll and a half-finished press survive it.
   - A press that came to nothing is said in a sentence.
   It keeps nothing that the server does not know, and every page works without it. */

(() => {
  "use strict";

  const POLL_MS = 2000;
  const SAFETY_MS = 15000;
  const RETRY_FIRST_MS = 1000;
  const RETRY_LAST_MS = 30000;
  const STEADY_MS = 10000; // a stream that lived this long has earned a quick retry
  const GATHER_MS = 100; // topics of one burst are told together
  const REMEMBER_MS = 60000; // how long a refusal outlives a refresh
  const PATIENCE_MS = 10000; // how long a selection or an open list holds a refresh back

  const body = document.body;
  const byId = (id) => document.getElementById(id);

  let source = null;
  let openedAt = 0;
  let failures = 0;
  let retryTimer = 0;
  let polledAt = Date.now();
  let misses = 0;
  let answeredAt = Date.now();
  let signedOut = false;
  let skew = 0;

  const serverNow = () => Date.now() + skew;
  const isOpen = () => source !== null && source.readyState === EventSource.OPEN;
  const utc = (ms) => new Date(ms).toISOString().slice(11, 19) + " UTC";

  /* The stream */

  function openStream() {
    const url = byId("rail")?.dataset.streamUrl || body.dataset.streamUrl;
    if (source || !url || document.hidden || signedOut || !navigator.onLine) return;
    source = new EventSource(url);
    source.onopen = () => {
      openedAt = Date.now();
      ring("poll"); // whatever happened before the stream was open was not told
      showConnection();
    };
    source.onmessage = (event) => topicsOf(event.data).forEach(ring);
    source.onerror = () => {
      failures = openedAt && Date.now() - openedAt > STEADY_MS ? 1 : failures + 1;
      closeStream();
      const ceiling = Math.min(RETRY_LAST_MS, RETRY_FIRST_MS * 2 ** (failures - 1));
      retryTimer = setTimeout(openStream, ceiling * (0.5 + Math.random() / 2));
      showConnection();
    };
  }

  function closeStream() {
    clearTimeout(retryTimer);
    source?.close();
    source = null;
    openedAt = 0;
  }

  function topicsOf(data) {
    try {
      const { topics } = JSON.parse(data);
      return Array.isArray(topics) ? topics.filter((topic) => typeof topic === "string") : [];
    } catch {
      return [];
    }
  }

  const waiting = new Set();

  function ring(topic) {
    if (waiting.size === 0) setTimeout(tell, GATHER_MS);
    waiting.add(topic);
  }

  function tell() {
    const topics = [...waiting];
    waiting.clear();
    if (topics.includes("poll")) polledAt = Date.now();
    for (const topic of topics) htmx.trigger(body, `desk:${topic}`);
  }

  function beat() {
    if (document.hidden || signedOut) return;
    const every = isOpen() ? SAFETY_MS : Math.min(SAFETY_MS, POLL_MS * 2 ** Math.min(misses, 3));
    if (Date.now() - polledAt >= every) ring("poll");
    tick();
    showConnection();
  }

  function wake() {
    if (document.hidden) {
      closeStream();
      return;
    }
    failures = 0;
    openStream();
    ring("poll");
    showConnection();
  }

  /* What the rail and the page say about it */

  const WORDS = { streaming: "Live", polling: "Polling", offline: "Offline", lock: "Signed out" };

  function connection() {
    if (signedOut) return "lock";
    if (!navigator.onLine || misses >= 2) return "offline";
    return isOpen() ? "streaming" : "polling";
  }

  function showConnection() {
    const place = byId("connection");
    const state = connection();
    if (state === "offline") {
      say("away", "stale", `The desk has not answered since ${utc(answeredAt + skew)}. What you see is from then.`);
    } else {
      unsay("away");
    }
    if (!place || place.dataset.state === state) return;
    place.hidden = false;
    place.dataset.state = state;
    place.querySelector("use").setAttribute("href", `#i-${state}`);
    place.querySelector("span").textContent = WORDS[state];
  }

  function notice(state, sentence) {
    const made = byId("notice").content.firstElementChild.cloneNode(true);
    made.dataset.state = state;
    made.querySelector("use").setAttribute("href", `#i-${state}`);
    made.querySelector("p").textContent = sentence;
    return made;
  }

  function say(key, state, sentence) {
    const said = byId(`says-${key}`);
    if (said?.querySelector("p").textContent === sentence) return;
    const made = notice(state, sentence);
    made.id = `says-${key}`;
    if (said) said.replaceWith(made);
    else byId("says")?.append(made);
  }

  function unsay(key) {
    byId(`says-${key}`)?.remove();
    const says = byId("says");
    if (says && !says.firstElementChild) says.textContent = "";
  }

  /* Requests: which ones are refreshes, and what is said when one fails */

  const failing = new Set();
  const underWay = new Map(); // presses that wait for their answer, with the part that it will replace
  // A part that asks for itself, told to or as soon as it is there, was pressed by nobody.
  const isRefresh = (config) => config.triggeringEvent?.type?.startsWith("desk:") ?? !config.triggeringEvent;
  const isDocument = (xhr) => /^\s*<!doctype/i.test(xhr.responseText);

  function failureSentence(status) {
    if (status === 401 || status === 403) return `Refused (${status}): you are signed out, or your role does not allow it. Nothing was changed.`;
    if (status === 404 || status === 410) return "This is not there any more. Nothing was changed. Load the page again.";
    if (status === 429) return "Too many requests in a short time. Nothing was changed. Wait a moment and press again.";
    if (status >= 400 && status < 500) return `The desk did not accept this (error ${status}). Nothing was changed.`;
    return `The desk failed while it did this (error ${status}). It may have been done: look at the page again before you repeat it.`;
  }

  document.addEventListener("htmx:beforeRequest", (event) => {
    const { xhr, requestConfig, target } = event.detail;
    if (isRefresh(requestConfig)) return;
    unsay("press");
    underWay.set(xhr, target);
    xhr.addEventListener("loadend", () => setTimeout(() => underWay.delete(xhr)));
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (xhr.status === 0 || (xhr.status >= 502 && xhr.status <= 504)) return;
    misses = 0;
    answeredAt = Date.now();
    const date = Date.parse(xhr.getResponseHeader("Date") ?? "");
    if (date) correctSkew(date - Date.now());
    if (xhr.status < 400) failing.delete(requestConfig.elt.id);
    if (failing.size === 0) unsay("part");
  });

  document.addEventListener("htmx:sendError", unanswered);
  document.addEventListener("htmx:timeout", unanswered);

  function unanswered(event) {
    misses += 1;
    if (!isRefresh(event.detail.requestConfig)) {
      say("press", "error", "The desk did not answer. It may have been done all the same: look at the page again before you repeat it.");
    }
    showConnection();
  }

  document.addEventListener("htmx:responseError", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (!isRefresh(requestConfig)) {
      say("press", "error", failureSentence(xhr.status));
    } else if (xhr.status === 401 || xhr.status === 403) {
      leave();
    } else if (xhr.status >= 502 && xhr.status <= 504) {
      misses += 1;
    } else {
      failing.add(requestConfig.elt.id);
      say("part", "stale", `A part of this page could not be refreshed (error ${xhr.status}). It shows what was known at ${utc(serverNow())}.`);
    }
  });

  function leave() {
    signedOut = true;
    closeStream();
    say("press", "stale", "You are signed out, so this page is not refreshed any more. Load it again to sign in; copy what you have typed first.");
    showConnection();
  }

  /* Swaps: what the person has in hand is taken over into the new part */

  let kept = null;
  let pressed = null;
  let composing = false;
  let held = false;
  let touchedAt = 0;

  function isBusy(part) {
    if (composing || (pressed && part.contains(pressed))) return true;
    for (const target of underWay.values()) if (part.contains(target)) return true;
    if (Date.now() - touchedAt > PATIENCE_MS) return false;
    const selection = getSelection();
    const selects = !selection.isCollapsed && part.contains(selection.anchorNode);
    return selects || (document.activeElement.matches("select") && part.contains(document.activeElement));
  }

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = event;
    if (!detail.shouldSwap) return;
    const refresh = isRefresh(detail.requestConfig);
    if (!detail.target.isConnected) {
      // Another answer was faster and has replaced the part. The answer to a press is newer all the same.
      detail.shouldSwap = !refresh && byId(detail.target.id) !== null;
      if (!detail.shouldSwap) return;
      detail.target = byId(detail.target.id);
    }
    if (isDocument(detail.xhr)) {
      // A whole page came instead of the part: the answer was a redirect, most likely to sign in.
      detail.shouldSwap = false;
      if (refresh) leave();
      else location.assign(detail.xhr.responseURL);
    } else if (refresh && isBusy(detail.target)) {
      detail.shouldSwap = false;
      held = true;
    } else {
      const sent = !refresh && detail.xhr.status < 400 ? detail.requestConfig.elt.closest("form") : null;
      kept = take(detail.target, { refresh, sent });
    }
  });

  document.addEventListener("htmx:afterSwap", () => {
    if (!kept) return;
    const taken = kept;
    kept = null;
    give(taken);
  });

  function take(part, { refresh, sent }) {
    const active = document.activeElement;
    return {
      id: part.id,
      refresh,
      folds: [...part.querySelectorAll("details[id]")].map((fold) => [fold.id, fold.open]),
      scrolls: [part, ...part.querySelectorAll("[id]")].filter((box) => box.id && (box.scrollTop || box.scrollLeft)).map((box) => [box.id, box.scrollLeft, box.scrollTop]),
      fields: [...part.querySelectorAll("input, textarea, select")].filter((field) => isTyped(field) && !(sent && field.form === sent)).map((field) => ({
        at: addressOf(field), value: field.value, checked: field.checked, wasDefault: field.defaultValue ?? "", isText: field.matches("textarea, input:not([type=checkbox], [type=radio])"),
      })),
      refusals: refresh ? [...part.querySelectorAll(".notice[data-said]")].filter((one) => Date.now() - one.dataset.said < REMEMBER_MS).map((one) => ({ one, home: addressOf(one.parentElement) })) : [],
      focus: part.contains(active) ? { at: addressOf(active), start: caret(active, "selectionStart"), end: caret(active, "selectionEnd"), top: active.scrollTop } : null,
    };
  }

  function isTyped(field) {
    if (["hidden", "submit", "button", "file", "password"].includes(field.type)) return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.matches("select")) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
    return field.value !== field.defaultValue;
  }

  function addressOf(element) {
    if (element.id) return `#${CSS.escape(element.id)}`;
    const home = element.parentElement?.closest("[id]");
    const within = home ? `#${CSS.escape(home.id)} ` : "";
    const tag = element.localName;
    if (element.name) return `${within}${tag}[name="${CSS.escape(element.name)}"]` + (element.type === "radio" ? `[value="${CSS.escape(element.value)}"]` : "");
    if (element.hasAttribute("href")) return `${within}a[href="${CSS.escape(element.getAttribute("href"))}"]`;
    return `${within}${tag}`;
  }

  function caret(field, side) {
    try {
      return field[side];
    } catch {
      return null;
    }
  }

  function give(taken) {
    const part = byId(taken.id) ?? byId("says");
    for (const [id, open] of taken.folds) {
      const fold = byId(id);
      if (fold?.matches("details")) fold.open = open;
    }
    for (const typed of taken.fields) giveBack(part, typed, taken.refresh);
    for (const [id, left, top] of taken.scrolls) byId(id)?.scrollTo({ left, top, behavior: "instant" });
    for (const refusal of taken.refusals) giveRefusal(part, refusal);
    for (const alert of part.querySelectorAll('[role="alert"]')) {
      // Said once, when it is the answer to a press; a refresh brings it again and need not.
      if (taken.refresh) alert.removeAttribute("role");
      else alert.dataset.said = Date.now();
    }
    if (taken.focus) giveFocus(part, taken.focus);
    else if (!taken.refresh && document.activeElement === body) focusOn(part);
  }

  function giveBack(part, typed, refresh) {
    const field = document.querySelector(typed.at);
    if (!field) {
      if (refresh) giveLoose(part, typed);
    } else if (field.type === "checkbox" || field.type === "radio") {
      field.checked = typed.checked;
    } else if (refresh || field.value === "" || field.value === typed.wasDefault) {
      field.value = typed.value;
    }
  }

  function giveLoose(part, typed) {
    if (!typed.isText || !typed.value.trim()) return;
    byId(`kept-${part.id}`)?.remove();
    const made = notice("info", `The form is gone, since the state has changed. You had written: “${typed.value.trim()}”`);
    made.id = `kept-${part.id}`;
    if (part.id === "says") part.append(made);
    else part.after(made);
  }

  /* A refusal is the answer to a press, which the next refresh knows nothing of. */
  function giveRefusal(part, { one, home }) {
    const again = [...part.querySelectorAll(".notice")].some((notice) => notice.textContent.trim() === one.textContent.trim());
    if (again) return;
    one.removeAttribute("role");
    (document.querySelector(home) ?? part).prepend(one);
  }

  function giveFocus(part, focus) {
    const element = document.querySelector(focus.at);
    if (!element) {
      focusOn(part);
      return;
    }
    if (document.activeElement !== element) element.focus({ preventScroll: true });
    if (typeof focus.start === "number" && element.setSelectionRange) element.setSelectionRange(focus.start, focus.end);
    element.scrollTop = focus.top;
  }

  function focusOn(part) {
    if (!part.hasAttribute("tabindex")) part.tabIndex = -1;
    part.focus({ preventScroll: true });
  }

  /* A swap between pressing and letting go would swallow the click, so it waits for the finger. */
  function press(event) {
    touchedAt = Date.now();
    pressed = event.target;
  }

  function letGo() {
    setTimeout(() => {
      pressed = null;
      if (!held || composing) return;
      held = false;
      ring("poll");
    });
  }

  document.addEventListener("pointerdown", press);
  document.addEventListener("keydown", press);
  for (const end of ["pointerup", "pointercancel", "keyup"]) document.addEventListener(end, letGo);
  addEventListener("blur", letGo);
  document.addEventListener("compositionstart", () => { composing = true; });
  document.addEventListener("compositionend", () => { composing = false; letGo(); });

  /* Clock, counting figures, scheme, names of folded tables */

  function correctSkew(measured) {
    if (Math.abs(measured - skew) > 1500) skew = measured; // the header counts whole seconds
  }

  const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

  function tick() {
    const clock = document.querySelector("[data-clock]");
    if (clock) write(clock, utc(serverNow()).slice(0, 5) + " UTC");
    for (const counter of document.querySelectorAll("[data-counts]")) {
      const apart = (serverNow() - Date.parse(counter.dataset.at)) / 1000;
      if (counter.dataset.counts === "grows") {
        write(counter, whole.format(Number(counter.dataset.base) + Math.max(0, apart) * Number(counter.dataset.rate)));
        continue;
      }
      const seconds = Math.max(0, Math.floor(counter.dataset.counts === "until" ? -apart : apart));
      write(counter, `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`);
    }
  }

  function write(element, words) {
    if (element.textContent !== words) element.textContent = words;
  }

  document.addEventListener("change", (event) => {
    if (event.target.name !== "theme") return;
    const theme = event.target.value;
    const life = theme === "system" ? 0 : 31536000;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `theme=${theme}; path=/; max-age=${life}; samesite=lax${secure}`;
  });

  /* A row drawn as a card is no table row to some browsers unless it is named one. */
  function nameTables(root) {
    for (const table of root.querySelectorAll("table[data-fold]")) {
      table.setAttribute("role", "table");
      for (const group of table.querySelectorAll("thead, tbody, tfoot")) group.setAttribute("role", "rowgroup");
      for (const row of table.rows) row.setAttribute("role", "row");
      for (const cell of table.querySelectorAll("td")) cell.setAttribute("role", "cell");
      for (const head of table.querySelectorAll("th")) head.setAttribute("role", head.scope === "row" ? "rowheader" : "columnheader");
    }
  }

  document.addEventListener("htmx:load", (event) => nameTables(event.detail.elt.parentElement ?? document));

  function start() {
    const clock = document.querySelector("[data-clock]");
    if (clock) skew = Date.parse(clock.dateTime) - Date.now();
    nameTables(document);
    byId("nav")?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center", behavior: "instant" });
    if (!byId("connection")) return; // a page outside the frame has no parts
    document.addEventListener("visibilitychange", wake);
    addEventListener("online", wake);
    addEventListener("offline", () => { closeStream(); showConnection(); });
    addEventListener("pagehide", closeStream);
    addEventListener("pageshow", (event) => { if (event.persisted) wake(); });
    setInterval(beat, 1000);
    openStream();
    tick();
  }

  start();
})();
