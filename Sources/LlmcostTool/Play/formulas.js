// Evaluates the formulas of an estimate or a program at other values, by the same draws as the program, and shows what comes of it.
// It needs nothing but this page: the formulas are data, and the network is closed by the page's policy.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("play-data").textContent);

  // Draws: a Latin hypercube for few, an additive sequence for many. An input's follow from its id alone.

  const golden = 0x9E3779B97F4A7C15n;

  /** The product of two whole numbers of 64 bits, each as its upper and lower half. */
  function multiply(high, low, otherHigh, otherLow) {
    const [a, b, c, d] = [low & 0xFFFF, low >>> 16, otherLow & 0xFFFF, otherLow >>> 16];
    const first = a * c;
    const second = b * c + (first >>> 16);
    const third = a * d + (second & 0xFFFF);
    const carried = b * d + (second >>> 16) + (third >>> 16);
    return [
      (carried + Math.imul(high, otherLow) + Math.imul(low, otherHigh)) >>> 0, ((third << 16) | (first & 0xFFFF)) >>> 0,
    ];
  }

  const shifted = (high, low, count) => [(high ^ (high >>> count)) >>> 0,
    (low ^ ((low >>> count) | (high << (32 - count)))) >>> 0];

  /** Numbers between 0 and 1 by SplitMix64, from the FNV-1a hash of an id on. */
  function generator(id) {
    let hash = 0xCBF29CE484222325n;
    for (const byte of new TextEncoder().encode(id)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001B3n);
    hash ^= BigInt.asUintN(64, BigInt(data.seed) * golden);
    let [high, low] = [Number(hash >> 32n), Number(hash & 0xFFFFFFFFn)];
    return () => {
      const sum = low + 0x7F4A7C15;
      [high, low] = [(high + 0x9E3779B9 + (sum > 0xFFFFFFFF ? 1 : 0)) >>> 0, sum >>> 0];
      let z = multiply(...shifted(high, low, 30), 0xBF58476D, 0x1CE4E5B9);
      z = multiply(...shifted(...z, 27), 0x94D049BB, 0x133111EB);
      z = shifted(...z, 31);
      return (z[0] * 0x200000 + (z[1] >>> 11)) * 2 ** -53;
    };
  }

  /** The standard normal quantile: Wichura's AS 241. */
  function normalQuantile(share) {
    const p = Math.min(Math.max(share, 1e-12), 1 - 1e-12);
    const q = p - 0.5;
    if (Math.abs(q) <= 0.425) {
      const r = 0.180625 - q * q;
      return q * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)
        / (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1);
    }
    let r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
    let tail;
    if (r <= 5) {
      r -= 1.6;
      tail = (((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777)
        / ((0.12021132975 * r + 0.73700164250) * r + 1);
    } else {
      r -= 5;
      tail = (((0.017337203997 * r + 0.42868294337) * r + 3.0812263860) * r + 6.6579051150)
        / ((0.012258202635 * r + 0.24197894225) * r + 1);
    }
    return q < 0 ? -tail : tail;
  }

  const strata = new Map();

  /** The deviates of the input of an id, which is one of several. */
  function deviates(id, place, count, draws) {
    const isEven = draws <= 8192;
    const key = isEven ? `${id} ${draws}` : `${id} ${draws} ${place} ${count}`;
    if (strata.has(key)) return strata.get(key);
    const next = generator(id);
    const values = new Float64Array(draws);
    if (isEven) {
      const order = Int32Array.from({length: draws}, (_, index) => index);
      for (let last = draws - 1; last > 0; last -= 1) {
        const other = Math.trunc(next() * (last + 1));
        [order[last], order[other]] = [order[other], order[last]];
      }
      for (let draw = 0; draw < draws; draw += 1) values[draw] = normalQuantile((order[draw] + 0.5) / draws);
    } else {
      let root = 2;
      for (let round = 0; round < 40; round += 1) root = Math.pow(1 + root, 1 / (count + 1));
      const [start, step] = [next(), Math.pow(root, -(place + 1))];
      for (let draw = 0; draw < draws; draw += 1) {
        const x = start + (draw + 1) * step;
        values[draw] = normalQuantile(x - Math.trunc(x));
      }
    }
    strata.set(key, values);
    return values;
  }

  /** The deviates of inputs, those of pairs correlated: the rows of the Cholesky factor. */
  function correlated(ids, draws) {
    const own = ids.map((id, place) => deviates(id, place, ids.length, draws));
    const links = new Map();
    for (const [one, other, coefficient] of data.pairs) {
      const places = [ids.indexOf(one), ids.indexOf(other)];
      if (places.includes(-1)) continue;
      for (const [from, to] of [places, [places[1], places[0]]]) {
        if (!links.has(from)) links.set(from, new Map());
        links.get(from).set(to, coefficient);
      }
    }
    const order = [...links.keys()].sort((a, b) => a - b);
    const rows = [];
    const mixed = [...own];
    order.forEach((place, row) => {
      let weights = [];
      for (let column = 0; column < row; column += 1) {
        let rest = links.get(place).get(order[column]) ?? 0;
        for (let k = 0; k < column; k += 1) rest -= weights[k] * rows[column][k];
        weights.push(rest / rows[column][column]);
      }
      let shared = weights.reduce((sum, weight) => sum + weight * weight, 0);
      if (shared > 0.98) {
        weights = weights.map((weight) => weight * Math.sqrt(0.98 / shared));
        shared = 0.98;
      }
      rows.push([...weights, Math.sqrt(1 - shared)]);
      if (weights.some((weight) => weight !== 0)) {
        mixed[place] = own[place].map((_, draw) =>
          rows[row].reduce((sum, weight, k) => sum + weight * own[order[k]][draw], 0));
      }
    });
    return mixed;
  }

  /** The values of an input at deviates: a law with its own width to either side of the typical value. */
  function spread(input, deviates) {
    const isLogarithmic = input.low > 0;
    const width = (from, to) => (isLogarithmic ? Math.log(to / from) : to - from) / 1.2815515655446004;
    const [lower, upper] = [width(input.low, input.typical), width(input.typical, input.high)];
    return deviates.map((deviate) => {
      const step = deviate * (deviate < 0 ? lower : upper);
      const value = isLogarithmic ? input.typical * Math.exp(step) : input.typical + step;
      return Math.min(Math.max(value, input.least), input.most ?? Infinity);
    });
  }

  // Functions that are a table: hours of a training step, and the cluster that is chosen by them.

  /** The layouts of a model on two to a power of accelerators; undefined beyond the table. */
  const frontier = (place, power) => data.frontiers[place[2][power]];

  /** Hours for a token on two to a power of accelerators; not a number beyond the table. */
  function hoursAt(table, place, power, batch) {
    const lines = frontier(place, power);
    if (!lines) return NaN;
    const sequences = Math.max(1, batch / table.sequence);
    const seconds = Math.min(...lines.map(([slope, offset, least]) => slope * Math.max(sequences, least) + offset));
    return seconds * 2 ** power / (sequences * table.sequence * 3600);
  }

  /** Hours for a token on any number of accelerators: logarithms straight between powers of two. */
  function hoursOn(table, place, accelerators, batch) {
    const power = Math.log(Math.max(1, accelerators)) / Math.log(2);
    const low = Math.floor(power + 1e-9);
    const share = Math.max(0, power - low);
    let sum = 0;
    for (const [exponent, weight] of share < 1e-9 ? [[low, 1]] : [[low, 1 - share], [low + 1, share]]) {
      const hours = hoursAt(table, place, exponent, batch);
      if (Number.isNaN(hours)) return NaN;
      sum = hours === Infinity ? Infinity : sum + weight * Math.log(hours);
    }
    if (sum < Infinity) return Math.exp(sum);
    for (let larger = Math.ceil(power); larger < place[2].length; larger += 1) {
      if (frontier(place, larger).length) return hoursAt(table, place, larger, batch);
    }
    return place[1];
  }

  const mean = (table, hours) =>
    Math.exp(table.places.reduce((sum, place, index) => sum + place[0] * Math.log(hours(place, index)), 0));

  /** Part of a node for a day, or else whole nodes for about four weeks, within what holds the job and what its batch keeps
   * busy. */
  function choice(table, hours, batch) {
    let part = table.part;
    while (part < table.node && hours > table.timeOnPart * part) part *= 2;
    if (hours > 0 && part < table.node) return part;
    const whole = (count) => Math.ceil(count / table.node) * table.node;
    let count = Math.max(table.node, whole(Math.max(hours / table.time, table.fewest)));
    if (!table.hours) return count;
    const place = table.hours.places[0];
    count = Math.max(count, whole(table.start));
    const each = (size) => hoursOn(table.hours, place, size, batch);
    while (table.avoidsShortage && count < table.largest && each(count) > table.tie * each(2 * count)) count *= 2;
    let power = Math.log2(table.start);
    const fewest = (lines) => (lines ?? [[0, 0, NaN]]).reduce((least, line) => Math.min(least, line[2]), Infinity);
    while (2 ** power < count && fewest(frontier(place, power + 1)) <= batch / table.hours.sequence) power += 1;
    return Math.max(table.node, Math.min(count, whole(2 ** power)));
  }

  const functions = {
    curve: (table) => (size) => Math.pow(table.stretches.reduce((product, [low, high, end, slope]) =>
      product * Math.pow(Math.min(Math.max(size, low), high) / end, slope), 1), table.power),
    tuned: (table) => (_, __, accelerators, batch) =>
      mean(table.hours, (place) => hoursOn(table.hours, place, accelerators, batch)),
    usual: (table) => (_, __, batch) =>
      mean(table.hours, (place, index) => hoursOn(table.hours, place, table.accelerators[index], batch)),
    choice: (table) => (hours, _, __, batch) => choice(table, hours, batch),
  };

  // Formulas: a step is a number, or one for each draw.

  const operations = {
    "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b, "exp": Math.exp,
    "ceil": Math.ceil, "max": (a, b) => (a > b ? a : b), "min": (a, b) => (b < a ? b : a),
  };

  function applied(operation, operands) {
    const varying = operands.find((operand) => typeof operand !== "number");
    if (varying === undefined) return operation(...operands);
    const [a, b] = operands;
    if (operands.length === 1) return a.map((value) => operation(value));
    if (operands.length > 2) {
      return varying.map((_, draw) => operation(...operands.map((o) => (typeof o === "number" ? o : o[draw]))));
    }
    if (typeof a === "number") return b.map((value) => operation(a, value));
    if (typeof b === "number") return a.map((value) => operation(value, b));
    return a.map((value, draw) => operation(value, b[draw]));
  }

  /** All steps, inputs as given; choices are as they are known, where they are known. */
  function evaluated(variant, inputs, known) {
    const values = [];
    variant.steps.forEach((step, slot) => {
      if (typeof step === "number") return values.push(step);
      const [name, first, second] = step;
      if (name === "in") return values.push(inputs[first]);
      if (name in functions) {
        if (known && step[3]) return values.push(known[slot]);
        return values.push(applied(functions[name](second), first.map((operand) => values[operand])));
      }
      if (name === "^") return values.push(applied((value) => Math.pow(value, second), [values[first]]));
      return values.push(
        applied(operations[name], second === undefined ? [values[first]] : [values[first], values[second]]));
    });
    return values;
  }

  function quantile(sorted, share) {
    const position = share * (sorted.length - 1);
    const [rank, fraction] = [Math.trunc(position), position - Math.trunc(position)];
    return rank + 1 < sorted.length ? sorted[rank] + (sorted[rank + 1] - sorted[rank]) * fraction : sorted[rank];
  }

  /** The formulas that hold where these options are given. */
  function variantOf(settings) {
    const given = data.controls.filter((control) => control.changes && control.id in settings).map(({id}) => id);
    return data.variants.find((variant) =>
      variant.given.length === given.length && variant.given.every((id) => given.includes(id)));
  }

  /** So many draws are evaluated together: those of a program's thousands of steps would not all fit in memory. */
  const blockWidth = 2048;

  /** The results of all draws: for each slot its draws, or a number where it does not vary. */
  function sampled(variant, inputs, known, slots, draws) {
    const samples = slots.map(() => undefined);
    for (let start = 0; start < draws; start += blockWidth) {
      const block = evaluated(variant, inputs.map((input) =>
        typeof input === "number" ? input : input.subarray(start, start + blockWidth)), known);
      slots.forEach((slot, row) => {
        if (typeof block[slot] === "number") samples[row] = block[slot];
        else (samples[row] ??= new Float64Array(draws)).set(block[slot], start);
      });
    }
    return samples;
  }

  const sortedSample = (sample) => (typeof sample === "number" ? sample : sample.slice().sort());

  /** What the formulas come to.
   *
   * @param settings Values of inputs in base units, by the ids of their controls; all others are as the tables have them.
   * @param limit What the total cost is to stay inside; undefined for nothing.
   * @returns Typical values and ranges by stable names, the chance, all draws of the total cost in order, and what each
   *   input does to the total cost.
   */
  function evaluate(settings, limit) {
    const variant = variantOf(settings);
    const draws = limit === undefined ? data.draws : data.countingDraws;
    const inputs = variant.inputs.map((place) => data.inputs[place]);
    const said = inputs.map(() => undefined);
    for (const [place, control] of variant.moved) said[place] = settings[data.controls[control].id];
    const typical = inputs.map((input, place) => said[place] ?? input.typical);
    const values = evaluated(variant, typical);
    const isOpen = (input, place) => input.low !== undefined && said[place] === undefined;
    const ids = [...new Set(inputs.filter(isOpen).map((input) => input.id))];
    const drawn = (order) => {
      const normal = correlated(order, draws);
      return inputs.map((input, place) =>
        isOpen(input, place) ? spread(input, normal[order.indexOf(input.id)]) : typical[place]);
    };
    const slots = variant.results.filter((step) => step !== null);
    const closed = new Set(inputs.map(({id}) => id).filter((id) => !ids.includes(id)));
    const order = variant.order?.filter((id) => !closed.has(id)) ?? ids;
    const samples = sampled(variant, drawn(order), values, slots, draws);
    const answer = {results: {}, variant, values};
    data.results.forEach((result, place) => {
      const step = variant.results[place];
      if (step === null) return;
      const sorted = sortedSample(samples[slots.indexOf(step)]);
      answer.results[result.key] = typeof sorted === "number"
        ? {typical: values[step]} : {typical: values[step], p10: quantile(sorted, 0.1), p90: quantile(sorted, 0.9)};
    });
    const cost = variant.results[data.results.findIndex((result) => result.key === "cost_usd")] ?? null;
    answer.drivers = [];
    if (cost === null) return answer;
    // Chances are counted without what other scenarios draw.
    const own = variant.order ? sampled(variant, drawn(ids), values, [cost], draws)[0] : samples[slots.indexOf(cost)];
    answer.costs = sortedSample(own);
    if (limit !== undefined) {
      const isInside = (value) => value <= limit;
      answer.chance = typeof own === "number" ? Number(isInside(own)) : own.filter(isInside).length / draws;
    }
    answer.drivers = ids.map((id) => {
      const at = (end) => evaluated(variant, inputs.map((input, place) =>
        input.id === id && isOpen(input, place) ? input[end] : typical[place]))[cost];
      return {name: inputs.find((input) => input.id === id).name, low: at("low"), high: at("high")};
    }).sort((a, b) => Math.abs(b.high - b.low) - Math.abs(a.high - a.low));
    return answer;
  }

  /** The total cost that a share of all draws stays below. */
  const costAt = ({costs}, share) => (typeof costs === "number" ? costs : quantile(costs, share));

  globalThis.llmcost = {evaluate, costAt, data};
})();
