package dev.danta.cli.report;

/** The page's style sheet: light, dark and print. */
final class Style {
    static final String SHEET = """
            :root {
              color-scheme: light dark;
              --paper: #f7f7f4; --card: #ffffff; --ink: #1d2125; --soft: #5d656e; --rule: #e2e2dc; --grid: #ecece7;
              --relaxed: #c2410c; --strict: #0f6f8f; --good: #1f7a3d; --bad: #b42318;
              --good-tint: #e9f5ec; --bad-tint: #fdeeea; --outage: #f2c94c;
            }
            @media (prefers-color-scheme: dark) {
              :root {
                --paper: #14171a; --card: #1c2024; --ink: #e8eaec; --soft: #9aa4ae; --rule: #31373d; --grid: #272c31;
                --relaxed: #fb8a4c; --strict: #4fb8d8; --good: #5ccf83; --bad: #ff8a7a;
                --good-tint: #16281c; --bad-tint: #2e1b18; --outage: #c9a227;
              }
            }
            * { box-sizing: border-box; }
            body {
              margin: 0; background: var(--paper); color: var(--ink);
              font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
            }
            main { max-width: 1160px; margin: 0 auto; padding: 40px 24px 56px; }
            header { margin-bottom: 28px; }
            .brand { margin: 0; font-weight: 650; letter-spacing: .04em; color: var(--strict); }
            h1 { margin: 2px 0 6px; font-size: 38px; line-height: 1.15; letter-spacing: -.02em; }
            h2 { margin: 0 0 6px; font-size: 20px; letter-spacing: -.01em; }
            .lead { margin: 0; font-size: 18px; color: var(--soft); }
            section { margin-top: 40px; }
            .text { max-width: 78ch; margin: 0; }
            .note { margin: 0 0 10px; color: var(--soft); font-size: 14.5px; }
            .cards, .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 20px; }
            .cards { margin-top: 0; }
            .card { padding: 20px 24px; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; border-top: 4px solid; }
            .card.good { border-top-color: var(--good); }
            .card.bad { border-top-color: var(--bad); }
            .card h2 { font-size: 16px; color: var(--soft); font-weight: 600; }
            .card p { margin: 4px 0 0; color: var(--soft); }
            .card .big { margin: 0; font-size: 52px; line-height: 1.15; font-weight: 680; letter-spacing: -.03em; color: var(--ink); font-variant-numeric: tabular-nums; }
            .card .big span { font-size: 20px; font-weight: 400; letter-spacing: 0; color: var(--soft); }
            .card .result { font-size: 19px; font-weight: 620; }
            .card.good .result, td.good { color: var(--good); }
            .card.bad .result, td.bad { color: var(--bad); }
            figure { margin: 0; padding: 14px 16px 8px; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; }
            figcaption { font-weight: 600; font-size: 15px; margin-bottom: 2px; }
            .key { display: inline-block; width: 18px; height: 4px; border-radius: 2px; margin-right: 8px; vertical-align: middle; }
            .key.relaxed { background: var(--relaxed); }
            .key.strict { background: var(--strict); }
            .swatch { display: inline-block; width: 10px; height: 10px; border-radius: 50%; }
            .swatch.bought { background: var(--strict); }
            .swatch.soldout { background: var(--soft); opacity: .55; }
            svg { display: block; width: 100%; height: auto; font: 13px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
            .grid { stroke: var(--grid); }
            .base { stroke: var(--soft); }
            .tick { fill: var(--soft); font-size: 12.5px; font-variant-numeric: tabular-nums; }
            .label { fill: var(--soft); font-size: 13px; }
            .value { fill: var(--ink); font-size: 15px; font-weight: 650; }
            .halo, .value { paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
            .stock { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 7 5; opacity: .75; }
            .stock-label { fill: var(--ink); }
            .curve { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
            .curve.relaxed { stroke: var(--relaxed); }
            .curve.strict { stroke: var(--strict); }
            .area { opacity: .10; stroke: none; }
            .area.relaxed, .dot.relaxed { fill: var(--relaxed); }
            .area.strict, .dot.strict { fill: var(--strict); }
            .dot { stroke: var(--card); stroke-width: 2; }
            .outage { fill: var(--outage); opacity: .22; }
            .outage-edge { stroke: var(--outage); stroke-width: 1.5; }
            .dots { fill: none; stroke-linecap: round; }
            .dots.bought { stroke: var(--strict); stroke-width: 4.5; opacity: .65; }
            .dots.soldout { stroke: var(--soft); stroke-width: 3.2; opacity: .30; }
            .level { stroke: var(--ink); opacity: .55; stroke-dasharray: 2 4; }
            .scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; }
            table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
            th, td { padding: 10px 14px; text-align: right; white-space: nowrap; }
            thead th { font-size: 13px; font-weight: 600; color: var(--soft); border-bottom: 1px solid var(--rule); }
            tbody tr + tr > * { border-top: 1px solid var(--rule); }
            tr > :first-child, .words { text-align: left; }
            td.words { font-weight: 600; white-space: normal; }
            .verdict { margin: 12px 0 10px; padding: 14px 18px; border-radius: 10px; font-weight: 600; overflow-wrap: anywhere; }
            .verdict.good { background: var(--good-tint); color: var(--good); }
            .verdict.bad { background: var(--bad-tint); color: var(--bad); }
            code { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
            .commands { margin: 0; }
            .commands div { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 4px 20px; padding: 8px 0; border-top: 1px solid var(--rule); }
            .commands div:first-child { border-top: 0; }
            .commands dd { margin: 0; color: var(--soft); }
            footer { margin-top: 44px; padding-top: 14px; border-top: 1px solid var(--rule); color: var(--soft); font-size: 13.5px; }
            footer p { margin: 2px 0; }
            footer code { font-size: 13px; }
            @media (max-width: 640px) {
              h1 { font-size: 30px; }
              .wide { overflow-x: auto; }
              .wide svg { width: 860px; }
              .commands div { grid-template-columns: 1fr; }
            }
            @media print {
              :root {
                color-scheme: light;
                --paper: #fff; --card: #fff; --ink: #111; --soft: #444; --rule: #bbb; --grid: #ddd;
                --relaxed: #c2410c; --strict: #0f6f8f; --good: #1f7a3d; --bad: #b42318; --good-tint: #fff; --bad-tint: #fff;
              }
              @page { margin: 14mm; }
              body { font-size: 12px; }
              main { max-width: none; padding: 0; }
              section { margin-top: 18px; }
              section, figure, .card, tr { break-inside: avoid; }
              .cards, .pair { grid-template-columns: 1fr 1fr; }
              .scroll { overflow: visible; }
              th, td { padding: 5px 7px; font-size: 10.5px; }
              * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
            }
            """;

    private Style() {}
}
