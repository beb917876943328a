package dev.danta.check.report;

/** What all our pages have in common: colours for light, dark and print, type, cards, tables. */
public final class PageStyle {
    private static final String SHEET = """
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
            .card { padding: 20px 24px; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; border-top: 4px solid; }
            .card.good { border-top-color: var(--good); }
            .card.bad { border-top-color: var(--bad); }
            .card h2 { font-size: 16px; color: var(--soft); font-weight: 600; }
            .card p { margin: 4px 0 0; color: var(--soft); }
            .card .result { font-size: 19px; font-weight: 620; }
            .card.good .result, td.good { color: var(--good); }
            .card.bad .result, td.bad { color: var(--bad); }
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
            footer { margin-top: 44px; padding-top: 14px; border-top: 1px solid var(--rule); color: var(--soft); font-size: 13.5px; }
            footer p { margin: 2px 0; }
            footer code { font-size: 13px; }
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

    private PageStyle() {}

    /** A style sheet. */
    public static String sheet() {
        return SHEET;
    }
}
