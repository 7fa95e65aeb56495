// Evaluates the formulas of an estimate or a program at other values, by the same draws as the program, and shows what comes of it.
// It needs nothing but this page: the formulas are data, and the network is closed by the page's policy.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("play-data").textContent);

  // Draws: rounds of a Latin hypercube. An input's follow from its id alone.

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

  /** Numbers between 0 and 1 by SplitMix64, from the FNV-1a hash of an id on, moved by a round. */
  function generator(id, round) {
    let hash = 0xCBF29CE484222325n;
    for (const byte of new TextEncoder().encode(id)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001B3n);
    hash ^= BigInt.asUintN(64, BigInt(data.seed) * golden);
    hash ^= BigInt.asUintN(64, BigInt(round) * 0xD1B54A32D192ED03n);
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

  const made = new Map();

  /** What was made before under a key, or else what is made now. */
  function once(key, make) {
    if (!made.has(key)) made.set(key, make());
    return made.get(key);
  }

  /** The deviates of an input in the first round, each of so many strata once. */
  function firstRow(id, count) {
    return once(`${id} ${count}`, () => {
      const next = generator(id, 0);
      const order = Int32Array.from({length: count}, (_, index) => index);
      for (let last = count - 1; last > 0; last -= 1) {
        const other = Math.trunc(next() * (last + 1));
        [order[last], order[other]] = [order[other], order[last]];
      }
      return Float64Array.from(order, (stratum) => normalQuantile((stratum + 0.5) / count));
    });
  }

  /** Where a round begins in the first one's row of an input. */
  const beginning = (id, {round, first}) => (round === 0 ? 0 : Math.trunc(generator(id, round)() * first));

  /** A row twice over, of which a round is a part wherever it begins. */
  function doubled(row) {
    const twice = new Float64Array(2 * row.length);
    twice.set(row);
    twice.set(row, row.length);
    return twice;
  }

  /** How inputs of pairs are made of independent ones, by their places: the rows of the Cholesky factor. */
  function mixesOf(ids) {
    const links = new Map();
    for (const [one, other, coefficient] of data.pairs) {
      const places = [ids.indexOf(one), ids.indexOf(other)];
      if (places.includes(-1)) continue;
      for (const [from, to] of [places, [places[1], places[0]]]) {
        if (!links.has(from)) links.set(from, new Map());
        links.get(from).set(to, coefficient);
      }
    }
    const order = [...links.keys()].sort((a, b) => (ids[a] < ids[b] ? -1 : 1));
    const rows = [];
    const mixes = new Map();
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
      const parts = rows[row].map((weight, k) => ({id: ids[order[k]], weight})).filter(({weight}) => weight !== 0);
      if (parts.length > 1) mixes.set(ids[place], parts);
    });
    return mixes;
  }

  /** The deviates of an input in a round, of those that it is made of. */
  function mixed(parts, round) {
    const sums = new Float64Array(round.count);
    for (const part of parts) {
      const start = beginning(part.id, round);
      const row = firstRow(part.id, round.first);
      for (let draw = 0; draw < round.count; draw += 1) sums[draw] += part.weight * row[(start + draw) % round.first];
    }
    return sums;
  }

  /** The values of an input in a round, of which it needs to be made once. */
  function drawnValues(input, place, mixes, round) {
    const parts = mixes.get(input.id);
    if (parts) {
      const key = `${place} ${round.round} ${round.count} ${parts.map(({id, weight}) => `${id} ${weight}`)}`;
      return once(key, () => spread(input, mixed(parts, round)));
    }
    const row = once(`${place} ${round.first}`, () => doubled(spread(input, firstRow(input.id, round.first))));
    const start = once(`${input.id} ${round.round} of ${round.first}`, () => beginning(input.id, round));
    return row.subarray(start, start + round.count);
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

  const larger = (one, other) => (one > other ? one : other);
  const smaller = (one, other) => (other < one ? other : one);

  // Each operation has a loop of its own: steps are few and draws are many. A step forward of 0 stays at a number.
  const operations = {
    "+": (out, a, i, b, j) => { for (let k = 0; k < out.length; k += 1) out[k] = a[k * i] + b[k * j]; },
    "-": (out, a, i, b, j) => { for (let k = 0; k < out.length; k += 1) out[k] = a[k * i] - b[k * j]; },
    "*": (out, a, i, b, j) => { for (let k = 0; k < out.length; k += 1) out[k] = a[k * i] * b[k * j]; },
    "/": (out, a, i, b, j) => { for (let k = 0; k < out.length; k += 1) out[k] = a[k * i] / b[k * j]; },
    "^": (out, a, i, b) => { for (let k = 0; k < out.length; k += 1) out[k] = Math.pow(a[k * i], b[0]); },
    "exp": (out, a, i) => { for (let k = 0; k < out.length; k += 1) out[k] = Math.exp(a[k * i]); },
    "ceil": (out, a, i) => { for (let k = 0; k < out.length; k += 1) out[k] = Math.ceil(a[k * i]); },
    "max": (out, a, i, b, j) => { for (let k = 0; k < out.length; k += 1) out[k] = larger(a[k * i], b[k * j]); },
    "min": (out, a, i, b, j) => { for (let k = 0; k < out.length; k += 1) out[k] = smaller(a[k * i], b[k * j]); },
  };

  const isNumber = (operand) => typeof operand === "number";

  /** An operation on numbers, or on draws. */
  function operated(name, left, right) {
    const draws = [left, right].find((operand) => !isNumber(operand));
    const out = new Float64Array(draws?.length ?? 1);
    const [a, b] = [left, right].map((operand) => (isNumber(operand) ? [operand] : operand));
    operations[name](out, a, isNumber(left) ? 0 : 1, b, isNumber(right) ? 0 : 1);
    return draws ? out : out[0];
  }

  /** A function of numbers, or of draws. */
  function applied(operation, operands) {
    const draws = operands.find((operand) => !isNumber(operand));
    if (!draws) return operation(...operands);
    return draws.map((_, draw) =>
      operation(...operands.map((operand) => (isNumber(operand) ? operand : operand[draw]))));
  }

  /** The steps that a step reads. */
  function operandsOf([name, first, second]) {
    if (name === "in") return [];
    if (name in functions) return first;
    return name === "^" || second === undefined ? [first] : [first, second];
  }

  /** Whether each step is one of those wanted or goes into one. */
  function needed(variant, wanted) {
    const isNeeded = variant.steps.map(() => false);
    for (const slot of wanted) isNeeded[slot] = true;
    for (let slot = isNeeded.length - 1; slot >= 0; slot -= 1) {
      const step = variant.steps[slot];
      if (isNeeded[slot] && !isNumber(step)) for (const operand of operandsOf(step)) isNeeded[operand] = true;
    }
    return isNeeded;
  }

  /** All steps, or those needed, inputs as given; choices are as they are known, where they are known. */
  function evaluated(variant, inputs, known, isNeeded) {
    const values = [];
    variant.steps.forEach((step, slot) => {
      if (isNeeded && !isNeeded[slot]) return values.push(NaN);
      if (isNumber(step)) return values.push(step);
      const [name, first, second] = step;
      if (name === "in") return values.push(inputs[first]);
      if (name in functions) {
        if (known && step[3]) return values.push(known[slot]);
        return values.push(applied(functions[name](second), first.map((operand) => values[operand])));
      }
      const right = name === "^" ? second : second === undefined ? 0 : values[second];
      return values.push(operated(name, values[first], right));
    });
    return values;
  }

  /** The value of a rank: smaller ones stand before it then, and no smaller ones behind it. */
  function selected(sample, rank) {
    for (let [first, last] = [0, sample.length - 1]; first < last;) {
      const pivot = sample[(first + last) >> 1];
      let [left, right] = [first, last];
      while (left <= right) {
        while (sample[left] < pivot) left += 1;
        while (sample[right] > pivot) right -= 1;
        if (left > right) break;
        const value = sample[left];
        sample[left] = sample[right];
        sample[right] = value;
        left += 1;
        right -= 1;
      }
      if (rank <= right) last = right;
      else if (rank >= left) first = left;
      else break;
    }
    return sample[rank];
  }

  /** p10 and p90 of draws. */
  function endsOf(draws) {
    const sample = draws.slice();
    const [p10, p90] = [0.1, 0.9].map((share) => {
      const position = share * (sample.length - 1);
      const rank = Math.trunc(position);
      const value = selected(sample, rank);
      let next = Infinity;
      for (let place = rank + 1; place < sample.length; place += 1) next = Math.min(next, sample[place]);
      return next < Infinity ? value + (next - value) * (position - rank) : value;
    });
    return {p10, p90};
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

  /** Draws of slots, by `count` of each: for each slot its draws, or a number where it does not vary.
   *
   * @param inputs What gives the inputs that are needed in a round.
   */
  function sampled(variant, inputs, known, slots, counts) {
    const samples = slots.map(() => undefined);
    const most = Math.max(...counts);
    for (let start = 0; start < most; start += data.round) {
      const isNeeded = needed(variant, slots.filter((_, row) => counts[row] > start));
      const first = Math.min(most, data.round);
      const values = inputs({round: start / data.round, count: Math.min(data.round, most - start), first}, isNeeded);
      for (let offset = 0; offset < Math.min(data.round, most - start); offset += blockWidth) {
        const block = evaluated(variant, values.map((input) =>
          isNumber(input) ? input : input.subarray(offset, offset + blockWidth)), known, isNeeded);
        slots.forEach((slot, row) => {
          if (counts[row] <= start + offset) return;
          if (isNumber(block[slot])) samples[row] = block[slot];
          else {
            samples[row] ??= new Float64Array(counts[row]);
            samples[row].set(block[slot].subarray(0, counts[row] - start - offset), start + offset);
          }
        });
      }
    }
    return samples;
  }

  /** Whether more than one independent deviate moves each step. */
  function jointSteps(variant, open, mixes) {
    const movers = [];
    return variant.steps.reduce((isJoint, step, slot) => {
      if (isNumber(step)) return isJoint;
      if (step[0] === "in") {
        movers[slot] = open[step[1]];
        isJoint[slot] = mixes.has(movers[slot]);
      } else if (!(step[0] in functions && step[3])) {
        const ids = operandsOf(step).map((operand) => movers[operand]).filter((id) => id !== undefined);
        movers[slot] = ids[0];
        isJoint[slot] = operandsOf(step).some((operand) => isJoint[operand]) || ids.some((id) => id !== ids[0]);
      }
      return isJoint;
    }, []);
  }

  /** How many draws settle the ends of a range as well as the narrow ones: by the standard error of a quantile. */
  function drawsSettling({p10, p90}, draws) {
    if (draws < data.round || !(p10 > 0 && p90 > p10 && p90 < Infinity)) return draws;
    const error = data.errorOfEnds * Math.log(p90 / p10);
    return Math.max(draws, Math.min(Math.ceil(error * error / data.round), data.mostRounds) * data.round);
  }

  /** Draws of slots, of each as many as settle its ends, and the ends. */
  function settled(variant, inputs, known, slots, draws, isJoint) {
    const samples = sampled(variant, inputs, known, slots, slots.map(() => Math.min(draws, data.round)));
    const ends = samples.map((sample) => (isNumber(sample) ? undefined : endsOf(sample)));
    const counts = slots.map((slot, row) => (ends[row] && isJoint[slot] ? drawsSettling(ends[row], draws) : draws));
    const wide = slots.map((_, row) => row).filter((row) => counts[row] > data.round);
    const more = sampled(variant, inputs, known, wide.map((row) => slots[row]), wide.map((row) => counts[row]));
    wide.forEach((row, place) => {
      samples[row] = more[place];
      ends[row] = isNumber(samples[row]) ? undefined : endsOf(samples[row]);
    });
    return {samples, ends};
  }

  const sortedSample = (sample) => (isNumber(sample) ? sample : sample.slice().sort());

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
    const open = inputs.map((input, place) => (isOpen(input, place) ? input.id : undefined));
    const drawn = (mixes) => (round, isNeeded) => {
      const places = new Set(
        variant.steps.filter((step, slot) => step[0] === "in" && isNeeded[slot]).map(([, place]) => place));
      return inputs.map((input, place) => (open[place] !== undefined && places.has(place)
        ? drawnValues(input, variant.inputs[place], mixes, round) : typical[place]));
    };
    const slots = variant.results.filter((step) => step !== null);
    const closed = new Set(inputs.map(({id}) => id).filter((id) => !ids.includes(id)));
    const settle = (wanted, order) => {
      const mixes = mixesOf(order);
      return settled(variant, drawn(mixes), values, wanted, draws, jointSteps(variant, open, mixes));
    };
    const {samples, ends} = settle(slots, variant.order?.filter((id) => !closed.has(id)) ?? ids);
    const answer = {results: {}, variant, values};
    data.results.forEach((result, place) => {
      const step = variant.results[place];
      if (step === null) return;
      const row = slots.indexOf(step);
      answer.results[result.key] = {typical: values[step], ...ends[row]};
    });
    const cost = variant.results[data.results.findIndex((result) => result.key === "cost_usd")] ?? null;
    answer.drivers = [];
    if (cost === null) return answer;
    // Chances are counted without what other scenarios draw.
    const own = variant.order ? settle([cost], ids).samples[0] : samples[slots.indexOf(cost)];
    answer.costs = sortedSample(own);
    if (limit !== undefined) {
      const isInside = (value) => value <= limit;
      answer.chance = isNumber(own) ? Number(isInside(own)) : own.filter(isInside).length / own.length;
    }
    answer.drivers = ids.map((id) => {
      const at = (end) => evaluated(variant, inputs.map((input, place) =>
        input.id === id && isOpen(input, place) ? input[end] : typical[place]))[cost];
      return {name: inputs.find((input) => input.id === id).name, low: at("low"), high: at("high")};
    }).sort((a, b) => Math.abs(b.high - b.low) - Math.abs(a.high - a.low));
    return answer;
  }

  /** The total cost that a share of all draws stays below. */
  const costAt = ({costs}, share) => (isNumber(costs) ? costs : quantile(costs, share));

  globalThis.llmcost = {evaluate, costAt, data};
})();
