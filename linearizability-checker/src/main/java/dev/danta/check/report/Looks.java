package dev.danta.check.report;

/** Style and script of the page about histories. */
final class Looks {
    /** Of a drawing, in a page or by itself: the page says what paper, card, rule, ink and soft are. */
    private static final String CYCLE = """
            :root { --wr: #0f6f8f; --ww: #6b4fa0; --rw: #c2410c; --rt: #5d656e; --p: #5d656e; }
            @media (prefers-color-scheme: dark) { :root { --wr: #4fb8d8; --ww: #b39ddb; --rw: #fb8a4c; --rt: #9aa4ae; --p: #9aa4ae; } }
            .node { fill: var(--paper); stroke: var(--rule); stroke-width: 1.5; }
            .name { fill: var(--soft); font-size: 12.5px; }
            .step { fill: var(--ink); font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
            .arrow { fill: none; stroke-width: 2; }
            .arrow.ww { stroke: var(--ww); } .arrow.wr { stroke: var(--wr); } .arrow.rw { stroke: var(--rw); } .arrow.rt { stroke: var(--rt); } .arrow.p { stroke: var(--p); }
            .arrow.rt, .arrow.p { stroke-dasharray: 6 4; }
            .head.ww, text.edge.ww { fill: var(--ww); } .head.wr, text.edge.wr { fill: var(--wr); } .head.rw, text.edge.rw { fill: var(--rw); }
            .head.rt, text.edge.rt { fill: var(--rt); } .head.p, text.edge.p { fill: var(--p); }
            text.edge { font-weight: 650; font-size: 14px; paint-order: stroke; stroke: var(--card); stroke-width: 6px; stroke-linejoin: round; }
            """;

    /** Of a drawing by itself. */
    static final String DRAWING = """
            :root { --paper: #f7f7f4; --card: #ffffff; --ink: #1d2125; --soft: #5d656e; --rule: #c9c9c2; }
            @media (prefers-color-scheme: dark) { :root { --paper: #14171a; --card: #1c2024; --ink: #e8eaec; --soft: #9aa4ae; --rule: #4a525a; } }
            svg { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
            .ground { fill: var(--card); }
            """ + CYCLE;

    static final String SHEET = """
            :root { --bar: #d7e8ee; --bar-edge: #7fb3c4; --idle: #edeeea; }
            @media (prefers-color-scheme: dark) {
              :root { --bar: #1f3a44; --bar-edge: #3f7f94; --idle: #24292e; }
            }
            a { color: inherit; }
            h3 { margin: 22px 0 8px; font-size: 16px; }
            section > .verdict { font-size: 17px; }
            .lanes { position: relative; }
            .plot { position: relative; width: calc(var(--n) * var(--u) + 72px); min-width: 100%; }
            .names { position: sticky; left: 0; width: 0; height: 0; z-index: 4; }
            .who {
              position: absolute; left: 0; width: 56px; height: 28px; padding: 0 4px 0 10px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
              background: linear-gradient(90deg, var(--card) 80%, transparent); color: var(--soft); font: 12.5px/28px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
            }
            .lane { position: absolute; left: 0; right: 0; height: 34px; border-top: 1px solid var(--grid); }
            .bar {
              position: absolute; left: calc(var(--a) * var(--u) + 64px); width: max(8px, calc((var(--b) - var(--a)) * var(--u) - 4px));
              height: 28px; padding: 0 7px; text-align: left; cursor: pointer;
              border: 1px solid var(--bar-edge); border-radius: 6px; background: var(--bar); color: var(--ink);
              font: 13px/26px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif;
            }
            .bar span { display: block; width: max-content; max-width: max(0px, calc((var(--f) - var(--a)) * var(--u) - 22px)); overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
            .bar em { margin-right: 6px; font-style: normal; font-size: 11px; color: var(--soft); font-variant-numeric: tabular-nums; }
            .bar.before { opacity: .55; }
            .bar.bad { background: var(--bad-tint); border: 2px solid var(--bad); color: var(--bad); font-weight: 650; line-height: 24px; z-index: 2; }
            .bar.unknown {
              width: auto; right: 0; overflow: visible; border-style: dashed; border-right: 0; border-radius: 6px 0 0 6px; color: var(--soft);
              background: repeating-linear-gradient(135deg, var(--idle) 0 6px, transparent 6px 12px);
            }
            .bar.unknown span { position: sticky; left: 10px; width: fit-content; max-width: 100%; padding: 0 5px; margin-left: -5px; background: var(--card); border-radius: 4px; line-height: 20px; margin-top: 3px; }
            .bar:hover, .bar:focus-visible, .bar.on { outline: 2px solid var(--strict); outline-offset: 1px; opacity: 1; z-index: 3; }
            .fault { position: absolute; top: 0; bottom: 0; left: calc(var(--a) * var(--u) + 60px); border-left: 2px solid var(--outage); font-weight: 400; }
            .fault span { padding: 1px 6px; font-size: 12px; white-space: nowrap; background: var(--outage); color: #1d2125; border-radius: 0 4px 4px 0; }
            .detail { min-height: 5.2em; margin: 8px 0 0; padding: 8px 14px; font-size: 14px; white-space: pre-line; color: var(--soft); overflow-wrap: anywhere; }
            .zoom { display: flex; gap: 6px; justify-content: flex-end; margin: 0 0 6px; }
            .zoom button { min-width: 34px; padding: 3px 10px; font: inherit; font-size: 14px; color: var(--ink); background: var(--card); border: 1px solid var(--rule); border-radius: 6px; cursor: pointer; }
            .reasons { margin: 6px 0 0; padding-left: 22px; }
            .reasons li { margin: 3px 0; overflow-wrap: anywhere; }
            .reasons .edge { display: inline-block; min-width: 26px; padding: 0 6px; border-radius: 4px; font-size: 12.5px; text-align: center; border: 1px solid currentColor; }
            .anomaly { margin-top: 18px; }
            .anomaly h3 { margin-top: 0; font-size: 18px; color: var(--bad); }
            .transactions { margin: 14px 0 0; }
            .transactions div { display: grid; grid-template-columns: minmax(150px, 220px) minmax(0, 1fr); gap: 4px 18px; padding: 5px 0; border-top: 1px solid var(--rule); }
            .transactions dt { color: var(--soft); font-size: 14px; }
            .transactions dd { margin: 0; }
            svg.cycle { display: block; width: 100%; height: auto; margin: 0 auto; font: 13px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
            span.edge.ww { color: var(--ww); } span.edge.wr { color: var(--wr); } span.edge.rw { color: var(--rw); } span.edge.rt { color: var(--rt); } span.edge.p { color: var(--p); }
            tbody th { font-weight: 500; text-align: left; white-space: normal; overflow-wrap: anywhere; }
            thead th:nth-child(2) { text-align: left; }
            @media (max-width: 640px) {
              main { padding: 24px 14px 40px; }
              h1 { font-size: 30px; }
              th, td { padding: 8px 10px; }
              .plot { zoom: .85; }
              tbody th { min-width: 190px; }
              .card { padding: 16px 14px; }
              .transactions div { grid-template-columns: 1fr; }
              .anomaly { overflow-x: auto; }
              svg.cycle { min-width: 560px; }
            }
            @media print {
              .zoom, .detail { display: none; }
              .lanes { overflow: hidden; }
              .plot { --u: max(calc(165mm / var(--n)), 15mm) !important; margin-left: min(0mm, calc(165mm - var(--n) * var(--u))); }
              .names { position: absolute; left: max(0mm, calc(var(--n) * var(--u) - 165mm)); }
              :root { --bar: #eef5f8; --bar-edge: #7fb3c4; --idle: #eee; }
            }
            """ + CYCLE;

    static final String SCRIPT = """
            for (const lanes of document.querySelectorAll('.lanes')) {
              const plot = lanes.querySelector('.plot');
              const detail = lanes.nextElementSibling;
              const first = parseFloat(getComputedStyle(plot).getPropertyValue('--u'));
              let unit = first;
              const zoom = (to, at) => {
                const before = unit;
                unit = Math.min(300, Math.max(2, to));
                plot.style.setProperty('--u', unit + 'px');
                lanes.scrollLeft = (lanes.scrollLeft + at) * unit / before - at;
              };
              for (const button of lanes.previousElementSibling.querySelectorAll('button')) {
                const by = parseFloat(button.dataset.zoom);
                button.onclick = () => zoom(by ? unit * by
                    : (lanes.clientWidth - 72) / parseFloat(plot.style.getPropertyValue('--n')), lanes.clientWidth / 2);
              }
              lanes.addEventListener('wheel', e => {
                if (e.ctrlKey) {
                  e.preventDefault();
                  zoom(unit * (e.deltaY < 0 ? 1.2 : 0.83), e.clientX - lanes.getBoundingClientRect().left);
                }
              }, {passive: false});
              let kept = lanes.querySelector('.bar.bad');
              const show = bar => { if (bar) detail.textContent = bar.dataset.detail; };
              plot.addEventListener('pointerover', e => show(e.target.closest('.bar')));
              plot.addEventListener('pointerleave', () => show(kept));
              plot.addEventListener('focusin', e => show(e.target.closest('.bar')));
              plot.addEventListener('click', e => {
                const bar = e.target.closest('.bar');
                if (!bar) return;
                lanes.querySelectorAll('.on').forEach(other => other.classList.remove('on'));
                bar.classList.add('on');
                show(kept = bar);
              });
              if (kept) {
                show(kept);
                lanes.scrollLeft = Math.max(0, kept.offsetLeft + kept.offsetWidth - lanes.clientWidth * 0.8);
              }
            }
            """;

    private Looks() {}
}
