package dev.danta.cli.report;

import dev.danta.check.report.PageStyle;

/** The page's style sheet: light, dark and print. */
final class Style {
    static final String SHEET = PageStyle.sheet() + """
            .cards, .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 20px; }
            .cards { margin-top: 0; }
            .card .big { margin: 0; font-size: 52px; line-height: 1.15; font-weight: 680; letter-spacing: -.03em; color: var(--ink); font-variant-numeric: tabular-nums; }
            .card .big span { font-size: 20px; font-weight: 400; letter-spacing: 0; color: var(--soft); }
            figure { margin: 0; padding: 14px 16px 8px; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; }
            figcaption { font-weight: 600; font-size: 15px; margin-bottom: 2px; }
            .key { display: inline-block; width: 18px; height: 4px; border-radius: 2px; margin-right: 8px; vertical-align: middle; }
            .key.relaxed { background: var(--relaxed); }
            .key.reserved { background: var(--good); }
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
            .curve.reserved { stroke: var(--good); }
            .curve.strict { stroke: var(--strict); }
            .area { opacity: .10; stroke: none; }
            .area.relaxed, .dot.relaxed { fill: var(--relaxed); }
            .area.reserved, .dot.reserved { fill: var(--good); }
            .area.strict, .dot.strict { fill: var(--strict); }
            .dot { stroke: var(--card); stroke-width: 2; }
            .outage { fill: var(--outage); opacity: .22; }
            .outage-edge { stroke: var(--outage); stroke-width: 1.5; }
            .dots { fill: none; stroke-linecap: round; }
            .dots.bought { stroke: var(--strict); stroke-width: 4.5; opacity: .65; }
            .dots.soldout { stroke: var(--soft); stroke-width: 3.2; opacity: .30; }
            .level { stroke: var(--ink); opacity: .55; stroke-dasharray: 2 4; }
            .commands { margin: 0; }
            .commands div { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 4px 20px; padding: 8px 0; border-top: 1px solid var(--rule); }
            .commands div:first-child { border-top: 0; }
            .commands dd { margin: 0; color: var(--soft); }
            @media (max-width: 640px) {
              h1 { font-size: 30px; }
              .wide { overflow-x: auto; }
              .wide svg { width: 860px; }
              .commands div { grid-template-columns: 1fr; }
            }
            """;

    private Style() {}
}
