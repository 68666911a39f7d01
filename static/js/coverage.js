/* The trend chart: ECharts on a canvas, its words drawn in the canvas too, so that the page needs no inline style. */
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

  function start() {
    var box = document.getElementById("trend-chart");
    if (box) { draw(box); }
  }

  document.addEventListener("page:ready", start);
  if (document.readyState !== "loading") { start(); }
}());
