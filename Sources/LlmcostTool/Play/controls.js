// The controls of the page: a slider and a field for each input that moves, and what comes of them.
"use strict";
(() => {
  const {data, evaluate, costAt} = globalThis.llmcost;
  const place = document.getElementById("play");
  if (!place) return;

  // Numbers as the program shows them: to three digits, halves up, with the unit that keeps them short.

  function decimal(value, count = 3) {
    const [mantissa, power] = value.toExponential().split("e");
    let digits = mantissa.replace(".", "");
    let magnitude = Number(power);
    if (digits.length > count) {
      const isUp = digits[count] >= "5";
      digits = digits.slice(0, count);
      if (isUp) {
        const raised = String(Number(digits) + 1);
        if (raised.length > count) magnitude += 1;
        digits = raised.slice(0, count);
      }
    }
    return {digits, magnitude};
  }

  function written({digits, magnitude}, places = 0) {
    const padded = magnitude < 0 ? "0".repeat(-magnitude) + digits : digits.padEnd(magnitude + 1, "0");
    const whole = padded.slice(0, Math.max(1, magnitude + 1));
    const fraction = padded.slice(whole.length).padEnd(places, "0");
    return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction ? "." + fraction : "");
  }

  const trimmed = ({digits, magnitude}) => ({digits: digits.replace(/0+$/, ""), magnitude});

  function scientific({digits, magnitude}) {
    return digits[0] + (digits.length > 1 ? "." + digits.slice(1) : "") + "e" + magnitude;
  }

  function plain(value) {
    const rounded = decimal(value);
    if (value >= 1e15) return scientific({...rounded, digits: rounded.digits.padEnd(3, "0")});
    return value !== 0 && rounded.magnitude < -6 ? scientific(rounded) : written(rounded);
  }

  function short(value, number) {
    const rounded = decimal(value);
    const [power, suffix] = [[12, "T"], [9, "B"], [6, "M"]].find(([power]) => power <= rounded.magnitude) ?? [0, ""];
    return number({...rounded, magnitude: rounded.magnitude - power}, suffix) + suffix;
  }

  function scaled(value, units) {
    const [scale, name] = units.find(([scale]) => value > 0 && decimal(value / scale).magnitude >= 0) ?? units.at(-1);
    return `${plain(value / scale)} ${name}`;
  }

  function duration(hours) {
    if (hours === 0) return "0 h";
    if (hours < 1 / 60) return `${plain(hours * 3600)} s`;
    if (hours < 1) return `${plain(hours * 60)} min`;
    if (hours < 48) return `${plain(hours)} h`;
    return hours < 730 * 24 ? `${plain(hours / 24)} days` : `${plain(hours / 24 / 365.25)} years`;
  }

  const count = (value) => short(value, (number, suffix) => written(suffix ? trimmed(number) : number));
  const kinds = {
    dollars: (value) => "$" + short(value, (number, suffix) => suffix
      ? written(number)
      : written(trimmed(number), value === 0 || value >= 1000 ? 0 : Math.max(0, Math.min(2 - number.magnitude, 2)))),
    count,
    accelerators: (value) => value < 100 && value % 1 ? plain(value) : written(decimal(Math.round(value), 21)),
    hours: duration,
    energy: (value) => scaled(value, [[1e9, "TWh"], [1e6, "GWh"], [1e3, "MWh"], [1, "kWh"]]),
    mass: (value) => scaled(value, [[1e12, "Mt"], [1e9, "kt"], [1e6, "t"], [1e3, "kg"], [1, "g"]]),
    liters: (value) => `${count(value)} L`,
    operations: (value) => {
      const rounded = decimal(value);
      return value < 1e6 ? plain(value) : scientific({...rounded, digits: rounded.digits.padEnd(3, "0")});
    },
  };

  function shown(value, kind) {
    if (!Number.isFinite(value)) return "n/a";
    return value < 0 ? "-" + shown(-value, kind) : (kinds[kind] ?? plain)(value);
  }

  function range(spread, kind) {
    const ends = [shown(spread.p10, kind), shown(spread.p90, kind)];
    return spread.p10 === undefined || ends[0] === ends[1] ? "" : ends.join(" – ");
  }

  const percent = (chance) => chance > 0 && chance < 0.005 ? "< 1 %"
    : chance >= 0.995 && chance < 1 ? "> 99 %" : `${Math.round(chance * 100)} %`;

  // What is said: numbers as options take them, by the option. It stands in the address behind the #.

  const budget = {option: "--budget", low: Number.MIN_VALUE, high: Infinity};
  const fields = [...data.controls, budget];
  // The numbers of a recipe stand behind one option, each under its path.
  const isPath = ({option}) => data.setting && option !== budget.option;
  const given = data.words.find(([option]) => option === budget.option)?.[1];
  let state = {};

  const named = (field) => field.option.replace(/^-+/, "");

  /** A number as people write it for a field; not a number for anything else. */
  function read(text, field) {
    const parts = /^\$?([\d_.]+(?:e[+-]?\d+)?) ?([kMBT%]?)$/i.exec(text.trim());
    if (!parts) return NaN;
    if (field?.binary && /k/i.test(parts[2])) return Number(parts[1]) * 1024;
    const power = {k: 3, m: 6, b: 9, t: 12, "%": -2}[parts[2].toLowerCase()] ?? 0;
    const [digits, exponent] = parts[1].replaceAll("_", "").split(/e/i);
    return Number(`${digits}e${Number(exponent ?? 0) + power}`);
  }

  /** A value that a field takes: within its ends, and whole where it is counted. */
  function taken(field, value) {
    if (!(value >= field.low && value <= field.high)) return undefined;
    return field.whole ? Math.round(value) : value;
  }

  function readAddress() {
    state = {};
    for (const [name, text] of new URLSearchParams(location.hash.slice(1))) {
      const field = fields.find((field) => named(field) === name);
      const value = field && taken(field, read(text, field));
      if (value !== undefined) state[field.option] = value;
    }
  }

  function writeAddress() {
    const query = Object.entries(state).map(([option, value]) =>
      `${encodeURIComponent(option.replace(/^-+/, ""))}=${value}`).join("&");
    try {
      history.replaceState(null, "", "#" + query);
    } catch {
      // A page inside another may have no address of its own.
    }
  }

  /** Whether a field counts for something in some formulas: beside a price that is given, that of a contract does not. */
  const counts = (field, variant) => field === budget || variant.moving.includes(field.id);

  /** The command line of what is shown. */
  function command(variant) {
    const quoted = (word) => /^[\w.,:=%+@/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
    const moved = fields.filter((field) => field.option in state && counts(field, variant));
    const named = ([option, value]) => (option === data.setting ? value.split("=")[0] : option);
    const words = data.words.filter((word) => !moved.some((field) => field.option === named(word)))
      .concat(moved.map((field) => isPath(field)
        ? [data.setting, `${field.option}=${state[field.option]}`] : [field.option, state[field.option]]));
    return ["llmcost", data.command, ...data.operands.map(quoted), ...words.flatMap(([option, value]) =>
      value === null ? [option] : [option, quoted(String(value))])].join(" ");
  }

  // Elements

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  /** A slider's places, by a constant factor where a value may grow many times. */
  const steps = 240;
  function placeOf({low, high}, value) {
    const share = low > 0 ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return Math.round(share * steps);
  }
  function valueAt(field, at) {
    if (at <= 0) return field.low;
    if (at >= steps) return field.high;
    const {low, high} = field;
    const value = low > 0 ? low * (high / low) ** (at / steps) : low + (high - low) * at / steps;
    return taken(field, Number(value.toPrecision(3))) ?? field.start;
  }

  const rows = new Map();

  function set(field, value) {
    if (value === undefined) delete state[field.option]; else state[field.option] = value;
    update();
    writeAddress();
  }

  /** A number for a field: short where it is large. */
  function entry(value) {
    const [power, suffix] = [[12, "T"], [9, "B"], [6, "M"]].find(([power]) => value >= 10 ** power) ?? [0, ""];
    const text = String(Number((value / 10 ** power).toPrecision(12))) + suffix;
    return read(text) === value ? text : String(Number(value.toPrecision(15)));
  }

  function row(field) {
    const id = "play-" + (isPath(field) ? data.controls.indexOf(field) : named(field));
    const slider = element("input", {
      type: "range", min: 0, max: steps, step: 1, "aria-labelledby": id + "-name", id: id + "-slider"});
    const number = element("input", {type: "text", inputmode: "decimal", id, autocomplete: "off"});
    const usual = element("span", {class: "quiet"});
    const label = element("label", {for: id, id: id + "-name"}, field.name + (field.unit ? `, ${field.unit}` : ""));
    slider.addEventListener("input", () => set(field, valueAt(field, Number(slider.value))));
    number.addEventListener("change", () => {
      const value = number.value.trim() ? taken(field, read(number.value, field)) : undefined;
      const isWrong = number.value.trim() && value === undefined;
      if (isWrong) number.setCustomValidity(`a number from ${entry(field.low)} to ${entry(field.high)}`);
      else number.setCustomValidity("");
      if (isWrong) number.reportValidity(); else set(field, value);
    });
    rows.set(field, {slider, number, usual});
    return element("div", {class: "control"}, label, usual, slider, number);
  }

  function budgetRow() {
    const number = element("input", {type: "text", inputmode: "decimal", id: "play-budget", autocomplete: "off"});
    number.addEventListener("change", () => set(budget, taken(budget, read(number.value))));
    rows.set(budget, {number});
    return element("div", {class: "control"}, element("label", {for: "play-budget"}, "budget, USD"), element("span"),
      element("output", {id: "play-chance", for: "play-budget"}), number);
  }

  function table(caption, id) {
    const body = element("tbody", {id});
    return element("div", {class: "scroll"}, element("table", {}, element("caption", {}, caption), body));
  }

  function line(name, text, from, to) {
    const bar = element("span", {class: "amount", "aria-hidden": "true"});
    bar.style.marginLeft = `${Math.min(from, to) * 100}%`;
    bar.style.width = `${Math.abs(to - from) * 100}%`;
    return element("tr", {}, element("th", {scope: "row"}, name), element("td", {class: "number"}, text),
      element("td", {class: "bars"}, bar));
  }

  function build() {
    const [first, rest] = [data.controls.slice(0, 6), data.controls.slice(6)];
    const groups = [...new Set(rest.map(({group}) => group))].map((group) =>
      element("fieldset", {}, element("legend", {}, group),
        ...rest.filter((control) => control.group === group).map(row)));
    const reset = element("button", {type: "button"}, "Reset");
    reset.addEventListener("click", () => {
      state = {};
      update();
      writeAddress();
    });
    const copy = element("button", {type: "button"}, "Copy the command");
    copy.addEventListener("click", () => {
      const shown = document.getElementById("play-command");
      getSelection().selectAllChildren(shown);
      navigator.clipboard?.writeText(shown.textContent);
    });
    const controls = element("div", {}, ...first.map(row),
      ...(data.results.some(({key}) => key === "cost_usd") ? [budgetRow()] : []),
      ...(rest.length ? [element("details", {}, element("summary", {}, "More inputs"), ...groups)] : []));
    place.append(
      element("div", {class: "pair"}, controls,
        element("div", {}, table("Cost by category", "play-bill"),
          ...(data.results.some(({section}) => section === "stages") ? [table("Cost by stage", "play-stages")] : []),
          table("What moves the total cost", "play-drivers"))),
      element("p", {class: "buttons"}, reset, copy), element("p", {}, element("code", {id: "play-command"})),
      element("p", {class: "remark"},
        "The address of this page keeps the values. Tables and charts below are of the command that the page was made by."));
    place.hidden = false;
  }

  // Results

  function update() {
    const settings = {};
    for (const control of data.controls) {
      if (control.option in state) settings[control.id] = state[control.option] * control.scale;
    }
    const limit = state[budget.option] ?? (given ? read(given) : undefined);
    const answer = evaluate(settings, limit);
    for (const [field, {slider, number, usual}] of rows) {
      const isMoved = field.option in state;
      const kept = field === budget ? limit : state[field.option] ?? chosen(field, answer);
      number.value = kept === undefined ? "" : entry(isMoved ? kept : Number(kept.toPrecision(4)));
      number.setCustomValidity("");
      number.parentElement.classList.toggle("moved", isMoved);
      if (!slider) continue;
      usual.textContent = isMoved ? "" : usualRange(field);
      slider.disabled = number.disabled = !field.changes && !counts(field, answer.variant);
      slider.value = placeOf(field, Math.min(Math.max(kept, field.low), field.high));
      slider.setAttribute("aria-valuetext", `${number.value} ${field.unit}`);
    }
    place.classList.toggle("changed", Object.keys(state).length > 0);
    show(answer, limit);
  }

  /** Between what an input is drawn that nobody says. */
  function usualRange(field) {
    const [usual] = data.variants;
    const control = data.controls.indexOf(field);
    const input = usual.moved.filter(([, mover]) => mover === control)
      .map(([place]) => data.inputs[usual.inputs[place]]).find(({low}) => low !== undefined)
      ?? data.inputs.find(({id, low}) => id === field.id && low !== undefined);
    const ends = input && [input.low, input.high].map((end) => entry(Number((end / field.scale).toPrecision(3))));
    return ends ? ends.join(" – ") : "";
  }

  /** What stands for an input that is not moved: a cluster that is chosen may be another one now. */
  function chosen(field, answer) {
    const isChosen = field.id === "accelerators" && answer.results.accelerators;
    return isChosen ? answer.results.accelerators.typical / field.scale : field.start;
  }

  function show(answer, limit) {
    const {results, chance, drivers, variant} = answer;
    const total = results.cost_usd;
    const money = (value) => shown(value, "dollars");
    const sentence = document.getElementById("answer");
    if (sentence && total) {
      sentence.textContent = !Number.isFinite(total.typical)
        ? "This page does not reach so far: the command below does."
        : `The total cost is ${money(total.typical)}`
          + (total.p10 === undefined ? "" : `; in 8 of 10 cases it lies between ${money(total.p10)} and ${money(total.p90)}`)
          + (chance === undefined ? "." : `. The chance to stay inside ${money(limit)} is ${percent(chance)}.`);
    }
    for (const fact of document.querySelectorAll("[data-result]")) {
      if (fact.dataset.result === "p_in_budget" && chance !== undefined) {
        fact.querySelector("strong").textContent = percent(chance);
      }
      const result = data.results.find(({key}) => key === fact.dataset.result);
      const spread = result && results[result.key];
      if (!spread) continue;
      // The same in another currency has no dollar sign.
      const perDollar = Number(fact.dataset.perDollar ?? 1);
      const inCurrency = (text) => fact.dataset.perDollar === undefined ? text : text.replaceAll("$", "");
      const scaled = Object.fromEntries(Object.entries(spread).map(([end, value]) => [end, value && value * perDollar]));
      fact.querySelector("strong").textContent = inCurrency(shown(scaled.typical, result.kind));
      const ends = fact.querySelector(".range");
      if (fact.dataset.confidence !== undefined) {
        const enough = costAt(answer, Number(fact.dataset.confidence));
        fact.querySelector("strong").textContent = money(enough);
        // The same in another currency, behind its name.
        if (ends) ends.textContent = `${ends.textContent.split(" ")[0]} ${money(enough * perDollar).replace("$", "")}`;
        continue;
      }
      if (ends) ends.textContent = inCurrency(range(scaled, result.kind));
    }
    document.getElementById("play-command").textContent = command(variant);
    const inside = document.getElementById("play-chance");
    if (inside) inside.textContent = chance === undefined ? "" : `chance to stay inside: ${percent(chance)}`;
    const bars = (id, section, most) => {
      const rows = data.results.filter((result) =>
        result.section === section && result.key !== "cost_usd" && results[result.key]);
      const largest = Math.max(...rows.map(({key}) => results[key].typical));
      if (rows.length > most) {
        rows.sort((one, other) => results[other.key].typical - results[one.key].typical).length = most;
      }
      document.getElementById(id)?.replaceChildren(...rows.map(({key, name}) =>
        line(name, money(results[key].typical), 0, largest > 0 ? results[key].typical / largest : 0)));
    };
    bars("play-bill", "bill", Infinity);
    bars("play-stages", "stages", 12);
    const top = drivers.slice(0, 8);
    const [low, high] = [Math.min(...top.flatMap((d) => [d.low, d.high])), Math.max(...top.flatMap((d) => [d.low, d.high]))];
    const at = (value) => (value - low) / (high - low);
    document.getElementById("play-drivers").replaceChildren(...top.filter((d) => d.low !== d.high).map((driver) =>
      line(driver.name, `${money(driver.low)} – ${money(driver.high)}`, at(driver.low), at(driver.high))));
  }

  readAddress();
  build();
  update();
  addEventListener("hashchange", () => {
    readAddress();
    update();
  });
})();
