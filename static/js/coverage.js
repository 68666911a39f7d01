/* Charts: ECharts on a canvas, its words drawn in the canvas too, so that the page needs no inline style.
   The trend fetches its numbers; a document carries them beside each chart. */
(function () {
  "use strict";

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function lineColour(code) { return colour("--line-" + code.replace("_", "-")); }

  function option(data) {
    var ink = colour("--ink-2"), rule = colour("--rule"), accent = colour("--accent");
    var font = getComputedStyle(document.body).fontFamily;
    var last = data.as_of;
    data.milestones.forEach(function (m) { if (m.due > last) { last = m.due; } });
    var series = data.lines.map(function (line) {
      return {
        name: line.label, type: "line", symbol: "circle", symbolSize: 5, showSymbol: false,
        lineStyle: { width: line.code === "all" ? 3 : 2, color: lineColour(line.code) },
        itemStyle: { color: lineColour(line.code) },
        data: data.days.map(function (day, i) { return [day, line.rates[i]]; })
      };
    });
    var marks = data.milestones.map(function (m) {
      return { name: m.label, coord: [m.due, m.target], symbol: "circle", symbolSize: 7,
        itemStyle: { color: "#fff", borderColor: ink, borderWidth: 1.5 },
        label: { show: true, formatter: m.label + " " + m.due.slice(0, 7), position: "top", color: ink, fontSize: 11, fontFamily: font } };
    });
    if (series.length) {
      series[series.length - 1].markPoint = { data: marks, animation: false };
      series[series.length - 1].markLine = {
        silent: true, symbol: "none", animation: false, lineStyle: { color: accent, type: "solid", opacity: 0.6 },
        label: { formatter: "截至", color: accent, position: "end" }, data: [{ xAxis: data.as_of }]
      };
    }
    return {
      animation: false,
      textStyle: { fontFamily: font, fontSize: 12 },
      grid: { left: 40, right: 34, top: 46, bottom: 30 },
      legend: { top: 4, left: 8, itemWidth: 14, itemHeight: 3, icon: "rect", textStyle: { color: ink, fontFamily: font } },
      tooltip: {
        trigger: "axis", renderMode: "richText", confine: true,
        valueFormatter: function (value) { return value === null || value === undefined ? "—" : value.toFixed(1) + "%"; }
      },
      xAxis: { type: "time", max: last, axisLabel: { color: ink, formatter: "{yyyy}-{MM}", hideOverlap: true }, axisLine: { lineStyle: { color: rule } }, splitLine: { show: false } },
      yAxis: { type: "value", min: 0, max: 100, interval: 20, axisLabel: { color: ink }, splitLine: { lineStyle: { color: rule } } },
      series: series
    };
  }

  function draw(box) {
    if (box.getAttribute("data-drawn") || !window.echarts) { return; }
    box.setAttribute("data-drawn", "1");
    fetch(box.getAttribute("data-url"), { credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok) { throw new Error(String(answer.status)); }
        return answer.json();
      })
      .then(function (data) {
        var chart = window.echarts.init(box, null, { renderer: "canvas" });
        chart.setOption(option(data));
        window.addEventListener("resize", function () { chart.resize(); });
      })
      .catch(function () {
        box.textContent = "走势图没有取到数据,请展开下面的表格,或刷新页面。";
        box.className = "empty";
      });
  }

  var SHAPES = ["circle", "rect", "triangle", "diamond", "pin", "arrow", "roundRect"];

  /* A chart of a document: the numbers are those of the table beside it. */
  function documentOption(data, narrow) {
    var ink = colour("--ink"), rule = colour("--rule"), font = getComputedStyle(document.body).fontFamily;
    var lines = data.form === "lines", lying = data.form === "bars";
    function worded(value) { return value === null || value === undefined ? "—" : value.toFixed(1); }
    var names = { type: "category", data: data.categories, inverse: lying,
      axisLabel: { color: ink, rotate: narrow && !lying ? 45 : 0, interval: lines ? Math.max(0, Math.floor(data.categories.length / 6) - 1) : 0 },
      axisTick: { show: false }, axisLine: { lineStyle: { color: rule } } };
    var percents = { type: "value", min: 0, max: 100, interval: 20, axisLabel: { color: ink }, splitLine: { lineStyle: { color: rule } } };
    return {
      animation: false,
      textStyle: { fontFamily: font, fontSize: 12 },
      grid: { left: 8, right: 36, top: !lines ? 24 : narrow ? 72 : 40, bottom: 8, containLabel: true },
      legend: lines ? { top: 4, textStyle: { color: ink, fontFamily: font } } : undefined,
      tooltip: { trigger: "axis", renderMode: "richText", confine: true, valueFormatter: worded },
      xAxis: lying ? percents : names,
      yAxis: lying ? names : percents,
      series: data.series.map(function (row, at) {
        return {
          name: row.name, type: lines ? "line" : "bar", barMaxWidth: lying ? 16 : 40,
          symbol: SHAPES[at % SHAPES.length], symbolSize: 6,
          lineStyle: { width: 2, color: row.line ? lineColour(row.line) : row.colour || ink, type: row.dashed ? "dashed" : "solid" },
          itemStyle: { color: row.line ? lineColour(row.line) : row.colour || ink },
          label: { show: !lines, position: lying ? "right" : "top", color: ink, fontFamily: font,
            formatter: function (point) { return worded(point.value); } },
          data: row.values.map(function (value, i) {
            return data.colours.length && value !== null ? { value: value, itemStyle: { color: data.colours[i] } } : value;
          })
        };
      })
    };
  }

  function drawOfDocument(box) {
    if (box.getAttribute("data-drawn") || !window.echarts) { return; }
    box.setAttribute("data-drawn", "1");
    var data = JSON.parse(document.getElementById(box.getAttribute("data-chart")).textContent);
    var chart = window.echarts.init(box, null, { renderer: "canvas" });
    chart.setOption(documentOption(data, box.clientWidth < 500));
    window.addEventListener("resize", function () { chart.resize(); });
  }

  function start() {
    var box = document.getElementById("trend-chart"), boxes = document.querySelectorAll("[data-chart]");
    if (box) { draw(box); }
    for (var i = 0; i < boxes.length; i += 1) { drawOfDocument(boxes[i]); }
  }

  document.addEventListener("page:ready", start);
  if (document.readyState !== "loading") { start(); }
}());
