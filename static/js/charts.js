/* What this file owes the page:
   - Each .chart shows the figure its URL answers with, when it is on the screen, and again when its topic is told.
   - All charts look alike and follow the scheme: the one template is here and reads its colours from tokens.css.
   - A zoom survives a refresh. The element is never swapped.
   - The words and the numbers under the drawing say the same as the drawing; what cannot be drawn is said in a sentence. */

(() => {
  "use strict";

  const librarySource = document.currentScript.dataset.plotlySrc;
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const contrast = matchMedia("(prefers-contrast: more)");
  const finger = matchMedia("(pointer: coarse)");
  const charts = new Map();
  let loading = null;

  /* The library is 1.5 MB, so it is fetched when the first chart comes into view. */
  function library() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = librarySource;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => { loading = null; script.remove(); reject(new Error("The chart library could not be loaded.")); };
      document.head.append(script);
    });
    return loading;
  }

  /* A token such as light-dark(…) has a colour only once it is put on an element. */
  function readTokens(chart) {
    const probe = document.createElement("span");
    probe.hidden = true;
    probe.style.forcedColorAdjust = "none";
    chart.append(probe);
    const seen = new Map();
    const colour = (name) => {
      if (!seen.has(name)) {
        probe.style.color = `var(${name})`;
        seen.set(name, getComputedStyle(probe).color);
      }
      return seen.get(name);
    };
    probe.style.fontSize = "var(--size-tiny)";
    const style = getComputedStyle(probe);
    const tokens = { colour, size: parseFloat(style.fontSize), family: style.fontFamily };
    return { tokens, done: () => probe.remove() };
  }

  function resolved(value, colour) {
    if (typeof value === "string") return value.startsWith("var(--") ? colour(value.slice(4, -1).trim()) : value;
    if (Array.isArray(value)) return value.map((one) => resolved(one, colour));
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one, colour)]));
    return value;
  }

  function template({ colour, size, family }, width) {
    const clear = "rgba(0, 0, 0, 0)";
    return { layout: {
      font: { family, size, color: colour("--text-muted") },
      paper_bgcolor: clear,
      plot_bgcolor: clear,
      margin: { l: 44, r: 88, t: 44, b: 30 },
      colorway: [colour("--data-new"), colour("--data-old"), colour("--text")],
      hovermode: "x unified",
      hoverlabel: { bgcolor: colour("--surface"), bordercolor: colour("--line-strong"), font: { family, size, color: colour("--text") } },
      dragmode: finger.matches ? false : "zoom",
      showlegend: false,
      xaxis: { showgrid: false, zeroline: false, linecolor: colour("--data-grid"), nticks: Math.max(3, Math.floor(width / 110)), hoverformat: "%H:%M:%S UTC", tickangle: 0 },
      yaxis: { gridcolor: colour("--data-grid"), zeroline: false, nticks: 5, fixedrange: true, automargin: true, hoverformat: ",.4~r" },
      annotationdefaults: { font: { size, color: colour("--text") }, showarrow: false },
    } };
  }

  /* Hours within a day, dates beyond; and the zone, once, behind the last tick. */
  const TICKS = [{ dtickrange: [null, 43200000], value: "%H:%M" }, { dtickrange: [43200001, null], value: "%-d %b" }];

  function withZone(data, layout, colour) {
    const first = data.find((trace) => trace.x?.length)?.x[0];
    if (!/^\d{4}-\d\d-\d\d/.test(first)) return layout;
    const zone = { text: "UTC", x: 1, xref: "paper", xanchor: "left", xshift: 6, y: 0, yref: "paper", yanchor: "top", yshift: -2, showarrow: false, font: { color: colour("--text-muted") } };
    return { ...layout, xaxis: { tickformatstops: TICKS, ...layout.xaxis }, annotations: [...(layout.annotations ?? []), zone] };
  }

  class Chart {
    constructor(element) {
      this.element = element;
      this.plot = element.querySelector(".chart__plot");
      this.text = "";
      this.figure = null;
      this.shown = false;
      this.due = true;
      this.asking = false;
      this.freshAt = null;
      this.width = 0;
      this.zoom = null;
      this.listens = false;
    }

    see(shown) {
      this.shown = shown;
      if (shown && this.due) this.ask();
    }

    /* A chart that is off the screen, or in a closed fold, asks when it is next seen. */
    ask() {
      this.due = true;
      if (this.shown && !this.asking) this.refresh();
    }

    async refresh() {
      this.asking = true;
      this.due = false;
      try {
        const answer = await fetch(this.element.dataset.chartUrl, { headers: { Accept: "application/json" }, cache: "no-cache" });
        if (!answer.ok || answer.redirected) throw new Error(answer.redirected ? "sign in" : String(answer.status));
        const text = await answer.text();
        this.freshAt = new Date();
        if (text !== this.text || this.element.dataset.state !== "ready") await this.show(text);
      } catch {
        this.fail();
      } finally {
        this.asking = false;
        if (this.due) setTimeout(() => this.ask(), 250);
      }
    }

    async show(text) {
      const figure = JSON.parse(text);
      await library();
      this.figure = figure;
      this.text = text;
      this.tellWords();
      if (figure.data?.length) await this.draw();
      else this.say("empty", figure.empty || "No data in this window.");
    }

    async draw() {
      const width = this.plot.clientWidth;
      if (!width || !this.figure?.data?.length) return;
      this.width = width;
      const { tokens, done } = readTokens(this.element);
      const { data, layout } = resolved({ data: this.figure.data, layout: this.figure.layout ?? {} }, tokens.colour);
      const look = template(tokens, width);
      done();
      this.element.dataset.state = "ready";
      const zoned = withZone(data, layout, tokens.colour);
      const whole = { uirevision: this.element.dataset.chartUrl, ...zoned, template: look, autosize: true };
      if (this.zoom) whole.xaxis = { ...whole.xaxis, range: this.zoom, autorange: false };
      await window.Plotly.react(this.plot, data, whole, { displayModeBar: false, responsive: false, showTips: false });
      if (!this.listens) this.listen();
    }

    /* uirevision keeps a zoom only while the figure names the same range, and a window of time moves on. */
    listen() {
      this.listens = true;
      this.plot.on("plotly_relayout", (change) => {
        if ("xaxis.range[0]" in change) this.zoom = [change["xaxis.range[0]"], change["xaxis.range[1]"]];
      });
      this.plot.on("plotly_doubleclick", () => setTimeout(() => { this.zoom = null; this.draw(); }));
    }

    tellWords() {
      const { summary, columns, rows } = this.figure;
      if (summary) {
        this.element.querySelector(".chart__summary").textContent = summary;
        this.plot.setAttribute("aria-label", `${this.element.querySelector("h3").textContent}. ${summary}`);
      }
      const table = this.element.querySelector("table");
      if (table && rows) {
        if (columns) table.tHead.replaceChildren(rowOf(columns, () => cell("th", "col")));
        table.tBodies[0].replaceChildren(...rows.map((row) => rowOf(row, (at) => (at ? cell("td") : cell("th", "row")))));
      }
    }

    say(state, sentence) {
      this.element.dataset.state = state;
      this.element.querySelector(".chart__says").textContent = sentence;
      if (state !== "empty" || !this.plot.data) return;
      window.Plotly.purge(this.plot);
      this.listens = false;
    }

    fail() {
      if (!this.figure?.data?.length) this.say("error", "The chart could not be loaded. It is tried again by itself.");
      else if (this.element.dataset.state !== "stale") this.say("stale", `Not refreshed since ${this.freshAt.toISOString().slice(11, 19)} UTC.`);
    }
  }

  function rowOf(words, make) {
    const row = document.createElement("tr");
    words.forEach((word, at) => {
      const made = make(at);
      if (at) made.className = "number";
      made.textContent = word;
      row.append(made);
    });
    return row;
  }

  function cell(name, scope) {
    const made = document.createElement(name);
    if (scope) made.scope = scope;
    return made;
  }

  const sight = new IntersectionObserver((entries) => {
    for (const entry of entries) charts.get(entry.target)?.see(entry.isIntersecting);
  }, { rootMargin: "400px 0px" });

  const size = new ResizeObserver((entries) => {
    for (const entry of entries) {
      const chart = charts.get(entry.target.closest(".chart"));
      if (chart && chart.element.dataset.state === "ready" && chart.plot.clientWidth !== chart.width) requestAnimationFrame(() => chart.draw());
    }
  });

  function adopt(root) {
    for (const element of root.querySelectorAll(".chart[data-chart-url]")) {
      if (charts.has(element)) continue;
      const chart = new Chart(element);
      charts.set(element, chart);
      sight.observe(element);
      size.observe(chart.plot);
      if (element.dataset.chartTopic) document.body.addEventListener(`desk:${element.dataset.chartTopic}`, () => chart.ask());
    }
  }

  function redraw() {
    for (const chart of charts.values()) if (chart.element.dataset.state === "ready") chart.draw();
  }

  document.body.addEventListener("desk:poll", () => charts.forEach((chart) => chart.ask()));
  document.addEventListener("htmx:load", (event) => adopt(event.detail.elt));
  document.addEventListener("change", (event) => { if (event.target.name === "theme") redraw(); });
  for (const query of [scheme, contrast]) query.addEventListener("change", redraw);
  adopt(document);
})();
