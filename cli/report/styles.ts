import { trusted } from "./html.ts";
import { DARK, LIGHT, type Palette } from "./palette.ts";

const properties = (palette: Palette): string =>
  Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(";");

/** The report's style sheet: one column, read on a phone first. */
export const STYLES = trusted(`
:root{color-scheme:light dark;${properties(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${properties(DARK)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
main,footer{max-width:54rem;margin:0 auto;padding:0 1rem}
h1,h2,h3,p,dl,ol,ul,table{margin:0}
h1{font-size:1.9rem;line-height:1.15;letter-spacing:-.02em;font-weight:700}
h2{font-size:1.15rem;line-height:1.3;margin-bottom:.6rem}
h3{font-size:.95rem;margin:1.1rem 0 .25rem}
h3 small{font-weight:400}
small,.muted,.note,.none,caption,.offset{color:var(--muted)}
small,.note,caption{font-size:.83rem}
.note{margin-top:.5rem}
code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
section{padding:1.5rem 0;border-top:1px solid var(--rule)}
header{padding:1.5rem 0 1.6rem}
header.good{--tone:var(--good)}header.bad{--tone:var(--bad)}header.warn{--tone:var(--warn)}header.calm{--tone:var(--calm)}
.outcome{display:flex;flex-wrap:wrap;align-items:center;gap:.35rem .75rem;margin-bottom:.7rem}
.badge{background:var(--tone);color:var(--page);font-weight:650;padding:.14rem .7rem;border-radius:1rem}
.facts{color:var(--muted);font-size:.88rem}
.summary{font-size:1.08rem;margin-top:.4rem}
.todo{margin-top:.8rem;padding:.55rem .8rem;background:var(--raised);border-left:4px solid var(--tone);font-weight:600}
.clock{display:grid;grid-template-columns:repeat(3,1fr);gap:.75rem;margin-top:1.3rem}
.clock dt{font-size:.83rem;color:var(--muted)}
.clock dd{margin:0}
.clock b{display:block;font-size:1.5rem;line-height:1.25;letter-spacing:-.01em}
.clock .none b{font-size:1rem;font-weight:600;color:var(--muted);line-height:1.9}
.clock span{display:block;font-size:.78rem;line-height:1.3;color:var(--muted)}
.bar{display:flex;gap:2px;height:8px;margin-top:1rem}
.bar span{flex-basis:4px;border-radius:2px}
.bar .detection{background:var(--bad)}.bar .reaction{background:var(--act)}.bar .recovery{background:var(--good)}
.bar-key{display:flex;flex-wrap:wrap;gap:.1rem 1rem;margin-top:.35rem;font-size:.78rem;color:var(--muted)}
.bar-key span::before{content:"";display:inline-block;width:8px;height:8px;border-radius:2px;margin-right:.35rem}
.bar-key .detection::before{background:var(--bad)}.bar-key .reaction::before{background:var(--act)}.bar-key .recovery::before{background:var(--good)}
.moments{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;font-size:.88rem}
.number{display:inline-flex;width:1.15rem;height:1.15rem;border-radius:50%;align-items:center;justify-content:center;font-size:.72rem;font-weight:700;color:var(--page)}
.number.bad,.flag.bad{background:var(--bad);fill:var(--bad)}.number.act,.flag.act{background:var(--act);fill:var(--act)}.number.good,.flag.good{background:var(--good);fill:var(--good)}
.signal{margin-top:1.5rem}
.signal h3{margin:0;font-size:1rem}
.figures{display:flex;flex-wrap:wrap;gap:.2rem 1.6rem;margin:.2rem 0 .6rem}
.figures dt{font-size:.78rem;color:var(--muted)}
.figures dd{margin:0;font-weight:600}
.figures .during dt::before{content:"";display:inline-block;width:.6rem;height:.6rem;margin-right:.3rem;background:color-mix(in srgb,var(--bad) 22%,transparent);border:1px solid var(--bad);border-radius:2px}
.chart{display:flex;padding-right:8px}
.chart svg.axis{flex:none}
.chart svg.plot{flex:1;min-width:0;overflow:visible}
.chart text{font-size:12px;fill:var(--muted)}
.chart .unit{font-size:11px}
.grid,.base{stroke:var(--rule);stroke-width:1}
.base{stroke:var(--muted)}
.during{fill:var(--bad);fill-opacity:.09}
.threshold{stroke:var(--warn);stroke-width:1.5;stroke-dasharray:6 4}
.chart .threshold-label{fill:var(--warn);paint-order:stroke;stroke:var(--page);stroke-width:4px;stroke-linejoin:round}
.line{fill:none;stroke:var(--line);stroke-width:1.5;vector-effect:non-scaling-stroke;stroke-linejoin:round}
.point{fill:var(--line);stroke:transparent;stroke-width:8px;pointer-events:all}
.point.over{fill:var(--bad)}
.mark{stroke-width:1;stroke-dasharray:2 2}
.mark.bad{stroke:var(--bad)}.mark.act{stroke:var(--act)}.mark.good{stroke:var(--good)}
.chart .flag-number{font-size:11px;font-weight:700;fill:var(--page)}
details{margin-top:.6rem}
summary{cursor:pointer;font-size:.88rem;color:var(--muted);padding:.3rem 0}
.scroll{overflow-x:auto;max-height:28rem;overflow-y:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;padding:.3rem 0}
th,td{text-align:left;vertical-align:top;padding:.45rem .8rem .45rem 0;border-top:1px solid var(--rule);font-weight:400;overflow-wrap:normal;word-break:normal}
td{overflow-wrap:anywhere;min-width:4.2rem}
thead th{border-top:0;font-size:.8rem;color:var(--muted)}
tbody th{font-weight:600}
th small,td small{display:block;font-weight:400}
th.value,td.value{text-align:right}
.verdict{display:inline-block;font-weight:650;white-space:nowrap}
.verdict::before{margin-right:.35em}
.verdict.pass{color:var(--good)}.verdict.pass::before{content:"✓"}
.verdict.fail{color:var(--bad)}.verdict.fail::before{content:"✕"}
.verdict.inconclusive{color:var(--warn)}.verdict.inconclusive::before{content:"?"}
.verdict.warn{color:var(--warn)}.verdict.warn::before{content:"!"}
.verdict.not-checked{color:var(--muted);font-weight:400}.verdict.not-checked::before{content:"–"}
.worse{color:var(--bad)}.better{color:var(--good)}
.timeline{list-style:none;padding:0}
.timeline li{display:grid;grid-template-columns:9.5rem 1fr;gap:0 1rem;padding:.35rem 0 .35rem .8rem;border-left:3px solid var(--rule)}
.timeline li.notice{border-left-color:var(--calm)}.timeline li.page{border-left-color:var(--bad)}
.when{font-size:.88rem;line-height:1.7}
.paged{color:var(--bad);white-space:nowrap}
.reasons,.alarms,.steps,.recommendations{padding-left:1.2rem}
.reasons{margin-top:.4rem}
.alarms li,.steps li,.recommendations li{margin-top:.4rem}
.steps small{display:block}
.progress{color:var(--muted);font-size:.9rem}
pre{margin:.5rem 0 0;padding:.8rem;background:var(--raised);white-space:pre-wrap;max-height:20rem;overflow:auto;font:.85rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.failure h2{color:var(--bad)}
.names div{display:grid;grid-template-columns:7.5rem 1fr;gap:0 1rem;padding:.25rem 0;font-size:.9rem}
.names dt{color:var(--muted)}
.names dd{margin:0}
footer{padding:1.5rem 1rem 3rem;border-top:1px solid var(--rule);color:var(--muted);font-size:.83rem}
:focus-visible{outline:2px solid var(--line);outline-offset:2px}
@media (max-width:34rem){
h1{font-size:1.6rem}
.clock{gap:.5rem}.clock b{font-size:1.2rem}.clock .none b{font-size:.85rem;line-height:1.8}
.chart .minor{display:none}
.moments{display:grid;grid-template-columns:1fr}
.timeline li{grid-template-columns:1fr}
.figures{gap:.2rem 1.1rem}
th,td{padding-right:.5rem}
table{font-size:.84rem}
}
@media print{section{break-inside:avoid}details>summary{display:none}}
`);
