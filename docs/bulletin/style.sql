-- The style of the page: on a screen, a phone, A4 paper. It has none of the signs that XML escapes and CSS does not: < > &
CREATE FUNCTION pg_temp.style() RETURNS text LANGUAGE sql IMMUTABLE
RETURN '
:root { --ink: #18222f; --muted: #586474; --rule: #ccd4de; --band: #f3f6fa; --blue: #1c4b85; --pale: #9db2ca; --bad: #b01e17;
	--good: #14693a; --seal: #c8102e }
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100% }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem 1.25rem 3rem; color: var(--ink); background: #fff;
	font: 16px/1.6 "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif;
	font-variant-numeric: tabular-nums; print-color-adjust: exact; -webkit-print-color-adjust: exact; counter-reset: part }
header { text-align: center; border-bottom: 3px solid var(--seal); padding-bottom: .9rem }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.35; letter-spacing: .04em; color: var(--seal); text-wrap: balance }
header p { margin: .35rem 0 0; color: var(--muted) }
h2 { margin: 2.2rem 0 .6rem; font-size: 1.25rem; line-height: 1.4; break-after: avoid }
section.part { counter-increment: part }
section.part h2::before { content: counter(part, cjk-ideographic) "、" }
h3 { margin: 0; font-size: .95rem; font-weight: 600; color: var(--muted) }
p { margin: .5rem 0; overflow-wrap: anywhere }
p.lead { margin-top: 1.2rem; text-indent: 2em; text-align: justify }
p.legend, p.empty, footer { font-size: .85rem; color: var(--muted) }
p.legend { margin: 0 0 .3rem; break-after: avoid }
small { font-size: .88em; color: var(--muted); font-weight: 400 }
.good { color: var(--good) } .bad { color: var(--bad) } .flat { color: var(--muted) }
.good, .bad, .flat { white-space: nowrap }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }

.cards { display: grid; grid-template-columns: repeat(3, 1fr); gap: .75rem; margin: 1rem 0 }
.card { border: 1px solid var(--rule); border-top: 3px solid var(--blue); padding: .7rem .9rem; break-inside: avoid }
.card .value { margin: .1rem 0; font-size: 2rem; line-height: 1.25; font-weight: 700; white-space: nowrap }
.card .value small { font-size: .9rem }
.card .note { margin: 0 0 .45rem; font-size: .82rem; color: var(--muted) }
dl { margin: 0 }
.card dl { display: grid; grid-template-columns: auto 1fr; gap: 0 .8rem; font-size: .86rem; border-top: 1px solid var(--rule); padding-top: .4rem }
.card dt { color: var(--muted) } .card dd { margin: 0; text-align: right }

table { width: 100%; border-collapse: collapse; font-size: .9rem; line-height: 1.4 }
caption { text-align: left; font-size: .85rem; color: var(--muted); padding: 0 0 .4rem }
thead { display: table-header-group }
tr { break-inside: avoid }
th, td { padding: .45rem .5rem; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: baseline; overflow-wrap: anywhere }
thead th { border-top: 2px solid var(--ink); border-bottom: 1px solid var(--ink); background: var(--band); font-size: .82rem; line-height: 1.35;
	overflow-wrap: normal; word-break: keep-all; vertical-align: bottom }
tbody th { font-weight: 600 }
table.warnings th, table.warnings td { vertical-align: top } table.warnings svg { margin-top: 0 }
tr.whole th, tr.whole td { border-top: 1px solid var(--ink); background: var(--band); font-weight: 600 }
td.number, td.rank, .short { white-space: nowrap }
td.rank { font-weight: 700 }
.figure { white-space: nowrap }
.figure b, .beside b { font-size: 1.1em }
.beside { display: flex; align-items: center; gap: .6rem } .beside b { min-width: 4.2em } .beside svg { margin: 0 }
ul.days { margin: 0; padding: 0; list-style: none }

svg { display: block; max-width: 100%; height: auto; margin-top: .25rem }
svg polyline { fill: none; stroke-linejoin: round; stroke-linecap: round }
svg polyline.now { stroke: var(--blue); stroke-width: 1.8 } svg circle.now { fill: var(--blue) }
svg polyline.before { stroke: #b4c5da; stroke-width: 2.4 }
svg .track { fill: #e6ebf2 } svg .value { fill: #7d9cc4 }
svg .interval { stroke: var(--ink); stroke-width: 1.4; fill: none }
svg .whole { stroke: var(--seal); stroke-width: 1.2; stroke-dasharray: 3 2; fill: none }
svg .clear { fill: #c6d0dc } svg .open { fill: #d9534b } svg .open.many { fill: #8f1510 }
svg .usual { fill: var(--pale) } svg .alarm { fill: var(--bad) }
svg .listed { fill: var(--blue) } svg .not, svg .unknown { fill: #fff; stroke: var(--pale); stroke-width: 1 }
svg .unknown { stroke-dasharray: 1.5 1.5 }

.goals { white-space: nowrap }
.goal { display: inline-block; width: 1.5em; margin-right: .15em; line-height: 1.4; border: 1px solid var(--blue); border-radius: 2px; text-align: center; font-size: .82rem }
.goal.met { background: var(--blue); color: #fff }
.goal.missed { color: var(--muted); border-color: var(--pale) }
.goal.unknown { color: var(--muted); border: 1px dashed var(--pale) }
.tag { display: inline-block; padding: 0 .35em; border: 1px solid; border-radius: 2px; font-size: .8rem; white-space: nowrap }

footer { margin-top: 2.5rem; border-top: 2px solid var(--ink); padding-top: .4rem }
footer h2 { font-size: 1rem; margin: .6rem 0 .3rem; color: var(--ink) }
footer ol { margin: 0; padding-left: 1.6em } footer li { margin: .15rem 0; overflow-wrap: anywhere }

@media screen and (max-width: 720px) {
	body { padding: 1rem .9rem 2rem }
	h1 { font-size: 1.45rem } h2 { font-size: 1.12rem }
	.cards { grid-template-columns: repeat(2, 1fr); gap: .5rem }
	.card { padding: .55rem .6rem } .card .value { font-size: 1.5rem }
	.card dl { font-size: .8rem; gap: 0 .4rem }
	table, caption, tbody { display: block }
	thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
	tbody tr { display: grid; grid-template-columns: 1fr 1fr; gap: .35rem 1rem; padding: .7rem 0; border-bottom: 1px solid var(--rule) }
	tbody th, tbody td { display: block; border: 0; padding: 0; min-width: 0 }
	tbody th { grid-column: 1 / -1; font-size: 1.05rem; order: -2 }
	td.rank + th { grid-column: 1 / -2 }
	td.rank { grid-column: -2 / -1; order: -1; text-align: right }
	table.enterprises tbody tr, table.points tbody tr, table.on-time tbody tr { grid-template-columns: repeat(3, 1fr) }
	td[data-label]::before { content: attr(data-label); display: block; font-size: .78rem; font-weight: 400; color: var(--muted) }
	td.rank::before { display: inline; margin-right: .4em }
	td.wide, table.on-time td.on_time, table.on-time td.off_share { grid-column: 1 / -1 }
	td.times { grid-column: span 2 }
	table.warnings tbody th, table.verification tbody th { grid-column: 1 }
	td.kind, td.finding { order: -1; text-align: right }
	td.kind::before, td.finding::before { display: none }
	tr.whole { background: var(--band); border-top: 1px solid var(--ink); padding: .7rem .5rem }
	tr.whole th, tr.whole td { border: 0 }
}

@media print {
	@page { size: A4; margin: 11mm 13mm 14mm; @bottom-center { content: counter(page) " / " counter(pages); font-size: 8pt; color: #586474 } }
	html { font-size: 9.5pt }
	body { max-width: none; padding: 0; font-size: 1rem; line-height: 1.5 }
	header { padding-bottom: .6rem } h2 { margin: 1.3rem 0 .3rem }
	p.lead { margin-top: .8rem }
	.cards { gap: .5rem; margin: .7rem 0 } .card { padding: .35rem .7rem } .card .value { font-size: 1.6rem } .card .note { margin-bottom: .25rem }
	th, td { padding: .25rem .4rem }
	svg { margin-top: 0 } svg.line, svg.bar { width: 24mm } svg.strip { width: 26mm }
	p { orphans: 3; widows: 3 }
	caption, thead { break-after: avoid }
	tbody tr:nth-child(-n+2) { break-after: avoid } tbody tr:nth-last-child(-n+2) { break-before: avoid }
	table:not(:has(tbody tr:nth-child(13))) { break-inside: avoid }
	footer h2 { break-after: avoid }
	footer li { break-inside: avoid }
}
';
