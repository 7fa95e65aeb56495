// Looks at the page it stands in and tells the frame around it, under the label it was given, what is wrong.
const problems = [];
addEventListener("error", (event) => problems.push("script error: " + event.message));
function look() {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    problems.push(`the page is ${document.documentElement.scrollWidth} wide in a window of ${width}`);
    for (const element of document.querySelectorAll("body *")) {
      const box = element.getBoundingClientRect();
      if (box.right > width + 1 && !element.closest(".scroll") && !element.classList.contains("skip")) {
        problems.push(`<${element.tagName.toLowerCase()}> reaches to ${Math.round(box.right)}`);
        break;
      }
    }
  }
  for (const chart of document.querySelectorAll("svg.chart")) {
    const frame = chart.getBoundingClientRect();
    const labels = [...chart.querySelectorAll("text")].map((text) => [text.textContent, text.getBoundingClientRect()]);
    const name = chart.querySelector("title").textContent;
    if (frame.width < 200) problems.push(`${name}: the chart is ${Math.round(frame.width)} wide`);
    labels.forEach(([words, box], index) => {
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1) {
        problems.push(`${name}: '${words}' leaves the chart`);
      }
      for (const [others, other] of labels.slice(index + 1)) {
        const across = Math.min(box.right, other.right) - Math.max(box.left, other.left);
        const down = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
        if (across > 1 && down > 3) problems.push(`${name}: '${words}' and '${others}' overlap`);
      }
    });
  }
  const channel = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const light = (color) => {
    const [red, green, blue] = color.match(/[\d.]+/g).map((part) => channel(part / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = getComputedStyle(document.body).backgroundColor;
  const looks = new Map();
  for (const element of document.querySelectorAll("h1, h2, p, td, th, caption, a, dt, figcaption, label, legend, output, summary, svg text")) {
    const style = getComputedStyle(element);
    looks.set(element instanceof SVGElement ? style.fill : style.color, element.tagName);
  }
  for (const [color, tag] of looks) {
    if (contrast(color, ground) < 4.5) problems.push(`<${tag}> has a contrast of ${contrast(color, ground).toFixed(1)}`);
  }
  for (const figure of document.querySelectorAll("figure")) {
    if (!figure.parentElement.querySelector("table")) problems.push("a chart has no table");
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  if (new Set(ids).size < ids.length) problems.push("an id stands twice");
  for (const link of document.querySelectorAll('a[href^="#"]')) {
    if (!ids.includes(link.getAttribute("href").slice(1))) problems.push(`${link.getAttribute("href")} leads nowhere`);
  }
  parent.postMessage((problems.length ? problems : ["fine"]).map((problem) => `${label}: ${problem}`).join("\n"), "*");
}
addEventListener("load", () => setTimeout(look, 50));
