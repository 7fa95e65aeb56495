"""Holds pages that are played with against the program: at random settings, and as a browser shows them.

usage: play.py LLMCOST (BROWSER | -)     where there is no browser, node evaluates the pages' script
"""
import csv, html, io, json, math, os, random, re, shlex, subprocess, sys, tempfile, urllib.parse

llmcost, browser = sys.argv[1:]
folder = os.path.dirname(os.path.abspath(__file__))
work = tempfile.TemporaryDirectory()
COMMANDS = [
    "pretrain --params 70B --tokens 15T",
    "pretrain --params 8B --tokens 2T --gpus 512 --region us-tx --own",
    "pretrain --model deepseek-v3 --tokens 14.8T --gpus 2048 --precision fp8 --gpu h800",
    "pretrain --params 8B..9B --tokens 2T --gpus 512 --mfu 0.4",
    "sft --params 8B", "dpo --params 8B", "grpo --params 7B --prompts 100k", "annotate --items 100k", "synthesize --params 8B",
]
SETTINGS = 504
# Of a program each setting is a command of its own.
PROGRAM_SETTINGS = 12
SCENARIOS = """{"name": "scenarios", "months": 9, "shared": {"params": "8B"},
 "clusters": {"main": {"gpu": "h100", "gpus": 256, "term": "1y"}},
 "stages": {"pretrain": {"tokens": "500B"}, "sft": {"examples": "20k", "labels": "hard", "after": "pretrain"},
  "rent": {"stage": "sft", "gpu": "a100", "gpus": 8, "examples": "50k", "after": "sft"}},
 "research": "1.5..2", "people": [{"role": "engineer-us", "count": 5}, {"role": "researcher-us", "count": "2..4"}],
 "lines": [{"name": "tools", "usd-per-month": "4k..6k"}], "overhead": "15%",
 "scenarios": {"low": {"people.engineer-us.count": 3, "stages.rent": null},
  "high": {"clusters.main.gpu": "h200", "stages.pretrain.tokens": "900B", "contingency": "10%..20%"}}}"""
KEYS = [
    "flop", "mfu", "accelerator_hours", "accelerators", "days", "cost_usd", "compute_usd", "storage_usd", "energy_kwh",
    "carbon_kg", "water_l",
]
PROGRAM_KEYS = ["cost_usd"] + [
    name + "_usd" for name in ("compute", "data", "labels", "people", "serving", "overhead", "contingency")]
PER_BASE = {"days": 1 / 24, "carbon_kg": 1 / 1000}
wrong = []


def run(*words):
    return subprocess.run([llmcost, *words], capture_output=True, text=True)


def page(command):
    done = run(*command.split(), "--quiet", "--format", "html")
    assert done.returncode == 0, done.stderr
    found = re.search(r'id="play-data">(.*?)</script>', done.stdout, re.S)
    return done.stdout, json.loads(found.group(1)) if found else None


def settings(data, count):
    """Random values of some of the inputs, by option."""
    rows = []
    for _ in range(count):
        chosen = random.sample(data["controls"], random.randint(1, len(data["controls"])))
        changing = {control["id"] for control in chosen if control["changes"]}
        moving = next(v["moving"] for v in data["variants"] if set(v["given"]) == changing)
        row = {}
        for control in chosen:
            if control["id"] not in moving:
                continue
            low, high = control["low"], control["high"]
            value = math.exp(random.uniform(math.log(low), math.log(high))) if low > 0 else random.uniform(low, high)
            value = float(f"{value:.3g}")
            value = min(max(round(value) if control["whole"] else value, low), high)
            row[control["option"]] = value
        rows.append(row)
    return rows


def moved(command, row):
    """The words of a command with a row's values in it."""
    words = shlex.split(command)
    if words[0] == "program":
        return words + [word for path, value in row.items() for word in ("--set", f"{path}={value}")]
    for option in row:
        if option in words:
            del words[words.index(option):words.index(option) + 2]
    return words + [word for option, value in row.items() for word in (option, str(value))]


def expected_programs(command, rows, data):
    """What the program prints of each row, each by itself."""
    keys = [result["key"] for result in data["results"] if result["section"] == "bill"]
    columns = [key + end for key in keys for end in ("", ".p10", ".p90")]
    for row in rows:
        done = run(*moved(command, row), "--get", ",".join(columns), "--quiet")
        numbers = [float(line) if line else None for line in done.stdout.split("\n")]
        yield dict(zip(columns, numbers)) if done.returncode == 0 else {"error": done.stderr}


def expected(command, rows):
    """What the program prints of each row, from one sweep."""
    words = shlex.split(command)
    fixed, swept = [words[0]], {option: "" for row in rows for option in row}
    place = 1
    while place < len(words):
        value = [] if place + 1 == len(words) or words[place + 1].startswith("--") else [words[place + 1]]
        if words[place] in swept:
            swept[words[place]] = value[0]
        else:
            fixed += [words[place], *value]
        place += 1 + len(value)
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow([option[2:] for option in swept])
    for row in rows:
        writer.writerow([row.get(option, usual) for option, usual in swept.items()])
    columns = [key + end for key in KEYS for end in ("", ".p10", ".p90")]
    done = subprocess.run(
        [llmcost, "sweep", *fixed, "--from", "-", "--format", "jsonl", "--columns", ",".join(columns), "--quiet"],
        input=table.getvalue(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def evaluated(text, data, rows, limits):
    """What the page's script makes of each row."""
    scales = {control["option"]: control for control in data["controls"]}
    asked = [
        [{scales[o]["id"]: value * scales[o]["scale"] for o, value in row.items()}, limit]
        for row, limit in zip(rows, limits)
    ]
    call = f"JSON.stringify({json.dumps(asked)}.map(([row, limit]) => {{ const answer = llmcost.evaluate(row, limit ?? undefined);" \
        " return [answer.results, answer.chance]; }))"
    if browser == "-":
        script = re.search(r"<script>(.*?)</script>", text, re.S).group(1)
        source = f"""globalThis.document = {{getElementById: (id) => id === "play-data"
          ? {{textContent: {json.dumps(json.dumps(data))}}} : null}};
          {script}
          console.log({call});"""
        done = subprocess.run(["node", "-"], input=source, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*/>\n', "", text)
    text = text.replace("</body>", f'<pre id="outcome"></pre><script>document.getElementById("outcome").textContent = {call}</script></body>')
    return json.loads(html.unescape(re.search(r'<pre id="outcome">(.*?)</pre>', shown(text), re.S).group(1)))


def shown(text, fragment=""):
    path = os.path.join(work.name, "page.html")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    done = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000", "--dump-dom",
         f"file://{path}{fragment}"], capture_output=True, text=True)
    return done.stdout


def compare(label, key, mine, theirs, most):
    if mine is None or theirs is None:
        if mine != theirs:
            wrong.append(f"{label}: {key} is {mine}, not {theirs}")
    elif abs(mine - theirs) > most * abs(theirs):
        wrong.append(f"{label}: {key} is {mine}, not {theirs}")


def hold(command, count):
    text, data = page(command)
    if data is None:
        wrong.append(f"{command}: nothing can be moved")
        return 0, 0
    rows = settings(data, count)
    worst = 0
    isProgram = command.startswith("program ")
    told = expected_programs(command, rows, data) if isProgram else expected(command, rows)
    for row, theirs, (mine, _) in zip(rows, told, evaluated(text, data, rows, [None] * count)):
        label = command + " " + " ".join(f"{option} {value}" for option, value in row.items())
        if theirs.get("error"):
            wrong.append(f"{label}: {theirs['error']}")
            continue
        for key in [key for key in PROGRAM_KEYS if key in mine] if isProgram else KEYS:
            spread = mine.get(key, {})
            for name, end, most in (("typical", "", 1e-12), ("p10", ".p10", 1e-9), ("p90", ".p90", 1e-9)):
                value = spread.get(name)
                value = value if value is None else value * PER_BASE.get(key, 1)
                told = theirs.get(key + end)
                # A bill has a column for each line, and what does not vary may have its one value as a range.
                if value is None and told in (None, 0, theirs[key]):
                    told = value
                compare(label, key + end, value, told, most)
                if value and told:
                    worst = max(worst, abs(value / told - 1)) if name == "typical" else worst
    return count, worst


def hold_budgets(command):
    """Chances, which take more draws: the program is asked for each."""
    text, data = page(command)
    rows = settings(data, 4)
    cost = float(run(*command.split(), "--get", "cost_usd").stdout)
    limits = [cost * factor for factor in (0.7, 1, 1.2, 1.6)]
    for row, limit, (results, chance) in zip(rows, limits, evaluated(text, data, rows, limits)):
        words = moved(command, row)
        names = ["p_in_budget", "cost_usd.p10", "cost_usd.p90"]
        done = run(*words, "--budget", repr(limit), "--get", ",".join(names), "--quiet")
        assert done.returncode == 0, done.stderr
        told = [float(line) for line in done.stdout.split()]
        label = " ".join([*words, "--budget", repr(limit)])
        compare(label, "chance", chance, told[0], 1e-9)
        compare(label, "p10", results["cost_usd"]["p10"], told[1], 1e-9)
        compare(label, "p90", results["cost_usd"]["p90"], told[2], 1e-9)


def told_answer(page):
    """The answer in a sentence, where a page has one."""
    found = re.search(r'<p id="answer"[^>]*>(.*?)</p>', page, re.S)
    return found and html.unescape(found.group(1))


def hold_browser(command):
    """The page itself, with its policy, at values in its address: the command it shows prints what it says."""
    text, data = page(command)
    for row in settings(data, 2):
        fragment = "#" + "&".join(f"{urllib.parse.quote(re.sub('^--', '', option))}={value}" for option, value in row.items())
        dom = shown(text, fragment)
        told = html.unescape(re.search(r'<code id="play-command">(.*?)</code>', dom, re.S).group(1))
        answer = told_answer(dom)
        printed = run(*shlex.split(told)[1:], "--quiet", "--format", "html").stdout
        sentence = told_answer(printed)
        if answer != sentence:
            wrong.append(f"{told}: the page says '{answer}', and the command '{sentence}'")
        facts = lambda page: [html.unescape(re.sub("<[^>]*>", " ", fact)).split() for fact in
                              re.findall(r'<div data-result=.*?</div>', page, re.S)]
        if facts(dom) != facts(printed):
            wrong.append(f"{told}: the page shows {facts(dom)}, and the command {facts(printed)}")


def hold_print(command):
    """The answer and what it rests on fit on five pages of paper."""
    path = os.path.join(work.name, "page.html")
    with open(path, "w", encoding="utf-8") as file:
        file.write(page(command)[0])
    subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={path}.pdf", f"file://{path}"],
        capture_output=True)
    with open(path + ".pdf", "rb") as file:
        sheets = len(re.findall(rb"/Type\s*/Page[^s]", file.read()))
    if not 0 < sheets <= 5:
        wrong.append(f"{command}: {sheets} pages of paper")


random.seed(20261130)
share = -(-SETTINGS // len(COMMANDS))
done = [hold(command, share) for command in COMMANDS]
with open(os.path.join(work.name, "scenarios.json"), "w") as file:
    file.write(SCENARIOS)
start = os.path.join(work.name, "start.json")
run("program", "--init", "--output", start)
bundled = run("tables", "recipes", "--format", "csv", "--columns", "id", "--quiet").stdout.split()[1:]
# What a page cannot evaluate has nothing to move: a model whose size is uncertain is searched for.
PROGRAMS = [f"program {name}" for name in bundled if page(f"program {name}")[1]]
OWN = [f"program {file.name}", f"program {start}"]
if len(PROGRAMS) < len(bundled) - 1:
    wrong.append(f"of {len(bundled)} bundled programs {len(PROGRAMS)} can be played with")
done += [hold(command, PROGRAM_SETTINGS) for command in PROGRAMS]
done += [hold(command, 2 * PROGRAM_SETTINGS) for command in OWN]
for command in COMMANDS[0], COMMANDS[4], "program llama-3.1-405b", OWN[0]:
    hold_budgets(command)
if browser != "-":
    for command in (COMMANDS[0], COMMANDS[1], COMMANDS[6], COMMANDS[7], "program llama-2-70b-chat", OWN[1],
                    "program domain-7b --currency EUR --fx 0.92"):
        hold_browser(command)
    for command in COMMANDS[0], COMMANDS[6], "distill --params 8B --teacher-params 70B":
        hold_print(command)
for line in wrong[:40]:
    print(line)
print(f"{sum(count for count, _ in done)} settings of {len(done)} pages, {len(wrong)} things wrong, typical values"
      f" equal to {max(worst for _, worst in done):.1e}")
sys.exit(1 if wrong else 0)
