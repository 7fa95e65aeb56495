/// The style of pages and charts: two palettes, of which each keeps text at a contrast of 4.5 and marks at 3.
enum Theme {
  /// The style sheet of a page. Charts on a page take their colors from it.
  static let page: StaticString = """
    :root { color-scheme: light dark; --ground: #ffffff; --card: #f6f7f9; --ink: #1b1f24; --quiet: #57606a;
      --line: #d0d7de; --link: #0b57d0; --mark: #1f6feb; --other: #b35900; --whisker: #24292f; }
    @media (prefers-color-scheme: dark) { :root { --ground: #0f1318; --card: #181d24; --ink: #e6edf3;
      --quiet: #9aa5b1; --line: #38414c; --link: #7db3ff; --mark: #4c8df6; --other: #f0883e; --whisker: #e6edf3; } }
    * { box-sizing: border-box; }
    body { margin: 0 auto; padding: 1rem; max-width: 82rem; background: var(--ground); color: var(--ink);
      font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
      overflow-wrap: anywhere; }
    h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0 0; }
    h2 { font-size: 1.15rem; margin: 0 0 0.75rem; }
    header p { margin: 0.25rem 0 0; color: var(--quiet); }
    a { color: var(--link); }
    :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
    .skip { position: absolute; left: -100rem; }
    .skip:focus { left: 1rem; top: 0.5rem; background: var(--ground); padding: 0.5rem; }
    .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 0.75rem;
      margin: 1.25rem 0; }
    .facts div { background: var(--card); border: 1px solid var(--line); border-radius: 0.5rem;
      padding: 0.6rem 0.8rem; }
    dt, .range { color: var(--quiet); font-size: 0.875rem; }
    dd { margin: 0; font-variant-numeric: tabular-nums; }
    dd strong { font-size: 1.35rem; font-weight: 600; }
    .notes { margin: 1rem 0; padding: 0.6rem 0.8rem 0.6rem 2rem; border-left: 4px solid var(--other);
      background: var(--card); }
    nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; padding: 0; margin: 1rem 0; }
    section { border-top: 1px solid var(--line); padding: 1.25rem 0; }
    .pair { display: grid; gap: 1.25rem 2rem; }
    .pair > * { min-width: 0; }
    .stack figure { max-width: 50rem; margin-bottom: 1.25rem; }
    figure { margin: 0; }
    figcaption { color: var(--quiet); font-size: 0.875rem; margin-top: 0.25rem; }
    .key { display: inline-block; width: 1.4em; height: 0.7em; margin-right: 0.4em; border: 1.5px solid var(--mark);
      background: var(--mark); }
    .key.low { background: none; border-color: var(--other); }
    .key.apart { border-color: var(--other); background: none; border-radius: 50%; width: 0.8em; height: 0.8em; }
    .key.dot { border-radius: 50%; width: 0.8em; height: 0.8em; }
    figcaption span.item { margin-right: 1.25em; display: inline-block; }
    .scroll { overflow-x: auto; container-type: inline-size; }
    table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
    caption { text-align: left; color: var(--quiet); padding-bottom: 0.4rem; }
    caption span { display: block; max-width: 100cqw; }
    th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.9rem 0.3rem 0; font-weight: 400;
      border-bottom: 1px solid var(--line); overflow-wrap: normal; }
    thead th { color: var(--quiet); white-space: nowrap; }
    .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
    .number.two { white-space: normal; min-width: 8rem; }
    .wide { display: block; min-width: 18rem; overflow-wrap: anywhere; }
    summary { cursor: pointer; padding: 1rem 0; color: var(--link); }
    .quiet, .remark { color: var(--quiet); }
    .scroll + .scroll, .remark + .scroll { margin-top: 1.25rem; }
    footer { border-top: 1px solid var(--line); color: var(--quiet); font-size: 0.875rem; }
    .chart { display: block; width: 100%; overflow: visible; }
    .chart text { fill: var(--ink); font-size: 12.5px; font-variant-numeric: tabular-nums; }
    .chart .tick, .chart .title { fill: var(--quiet); font-size: 12px; }
    .chart .grid { stroke: var(--line); }
    .chart .bar, .chart .dot { fill: var(--mark); }
    .chart .low { fill: none; stroke: var(--other); stroke-width: 1.5; }
    .chart .apart { fill: var(--ground); stroke: var(--other); stroke-width: 2; }
    .chart .whisker { stroke: var(--whisker); stroke-width: 1.5; }
    .chart .faint { stroke: var(--quiet); stroke-opacity: 0.45; }
    .chart .curve { stroke: var(--mark); stroke-width: 2; stroke-linecap: round; }
    .chart .guide { stroke: var(--quiet); stroke-dasharray: 4 4; }
    #answer { font-size: 1.15rem; margin: 1rem 0 0; }
    .control { display: grid; grid-template-columns: minmax(0, 1fr) 8.5rem; gap: 0.1rem 0.75rem; align-items: center;
      margin-bottom: 0.6rem; }
    .control label { font-size: 0.9rem; }
    .control .quiet { font-size: 0.8rem; text-align: right; }
    .control.moved label { font-weight: 600; }
    .control input, .control output { min-width: 0; width: 100%; margin: 0; accent-color: var(--mark); }
    .control input[type=text], button { font: inherit; color: var(--ink); background: var(--card); padding: 0.2rem 0.5rem;
      border: 1px solid var(--quiet); border-radius: 0.3rem; font-variant-numeric: tabular-nums; }
    .buttons { display: flex; gap: 0.75rem; }
    fieldset { border: 0; border-top: 1px solid var(--line); margin: 0; padding: 0.5rem 0; }
    legend { color: var(--quiet); padding-right: 0.5rem; font-size: 0.875rem; }
    .bars { width: 40%; padding-right: 0; }
    .amount { display: block; height: 0.8rem; min-width: 1px; background: var(--mark); margin-top: 0.3rem; }
    @media (min-width: 62rem) { body { padding: 1.5rem 2rem; } .pair { grid-template-columns: 1fr 1fr; }
      .wide { min-width: 30rem; } }
    @media print { :root { --ground: #ffffff; --card: #ffffff; --ink: #000000; --quiet: #444444; --line: #bbbbbb;
      --link: #000000; --mark: #1f6feb; --other: #b35900; --whisker: #000000; }
      body { padding: 0; font-size: 9pt; } section { padding: 0.6rem 0; }
      th, td { padding-top: 0.15rem; padding-bottom: 0.15rem; } nav, .skip, .control, .buttons, #play details,
      #play:not(.changed), .changed ~ * { display: none; } .pair { grid-template-columns: 1fr; }
      .pair.compact { grid-template-columns: 1fr 1fr; }
      .scroll { overflow: visible; container-type: normal; } tr, figure, .facts div { break-inside: avoid; } h2 { break-after: avoid; }
      .bar, .dot, .key, .amount { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
    """

  /// The style sheet of a chart in a file of its own, without variables: not all that show SVG know them.
  static let chart: StaticString = """
    svg { background: #ffffff; font-family: system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
    text { fill: #1b1f24; font-size: 12.5px; }
    .tick, .title { fill: #57606a; font-size: 12px; }
    .grid { stroke: #d0d7de; }
    .bar, .dot { fill: #1f6feb; }
    .low { fill: none; stroke: #b35900; stroke-width: 1.5; }
    .apart { fill: #ffffff; stroke: #b35900; stroke-width: 2; }
    .whisker { stroke: #24292f; stroke-width: 1.5; }
    .faint { stroke: #57606a; stroke-opacity: 0.45; }
    .curve { stroke: #1f6feb; stroke-width: 2; stroke-linecap: round; }
    .guide { stroke: #57606a; stroke-dasharray: 4 4; }
    @media (prefers-color-scheme: dark) {
      svg { background: #0f1318; } text { fill: #e6edf3; } .tick, .title { fill: #9aa5b1; }
      .grid { stroke: #38414c; } .bar, .dot { fill: #4c8df6; } .low, .apart { stroke: #f0883e; }
      .apart { fill: #0f1318; } .whisker { stroke: #e6edf3; } .faint, .guide { stroke: #9aa5b1; }
      .curve { stroke: #4c8df6; }
    }
    """
}
