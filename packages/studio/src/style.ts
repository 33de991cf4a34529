/** The style sheet of the page: light and dark, print-safe, no fonts or pictures from elsewhere. */
export const style = `
:root{--bg:#fbfaf8;--card:#fff;--ink:#1c1b19;--soft:#6f6a62;--line:#e6e1d8;--c0:#3758d4;--c1:#d9772b;--c2:#2f9470;
--think:#7a6fb0;--search:#0d7c9c;--answer:#2b8350;--wrong:#b3402f;--mark:#ffe39a;--read:#f4f1eb;--accent:#3758d4;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media(prefers-color-scheme:dark){:root{--bg:#151619;--card:#1d1f23;--ink:#e9e6e0;--soft:#9c978e;--line:#31343a;--c0:#8ba2ff;--c1:#f0a05e;--c2:#66c9a2;
--think:#b3a9e6;--search:#62c3de;--answer:#74cf98;--wrong:#ef8a78;--mark:#6d5713;--read:#24272c;--accent:#8ba2ff}}
*{box-sizing:border-box}
html{color-scheme:light dark}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1180px;margin:0 auto;padding:40px 28px 80px}
h1{font-size:34px;line-height:1.1;margin:2px 0 10px;letter-spacing:-.02em}
h2{font-size:20px;margin:0 0 4px;letter-spacing:-.01em}h3{font-size:14px;margin:14px 0 6px;color:var(--soft);font-weight:600}
section{margin-top:52px}
.brand{margin:0;font:600 13px var(--mono);color:var(--accent)}
.headline{font-size:19px;line-height:1.45;max-width:52em;margin:0}
.facts{display:flex;flex-wrap:wrap;gap:14px 40px;margin-top:22px}
.facts p{margin:0;color:var(--soft);font-size:13px}.facts b{display:block;color:var(--ink);font-size:22px;font-variant-numeric:tabular-nums}
.lead,.source{color:var(--soft);margin:0 0 16px;max-width:60em;font-size:14px}.source{margin:10px 0 0;font-size:12.5px}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
.scores{width:100%;background:var(--card);border:1px solid var(--line);border-radius:10px;border-spacing:0;border-collapse:separate;overflow:hidden}
.scores th,.scores td{padding:8px 10px;text-align:right;border-top:1px solid var(--line);white-space:nowrap}
.scores thead th{border-top:0;color:var(--soft);font-weight:500;font-size:12.5px}
.scores th:first-child{text-align:left;font-weight:600;padding-left:18px}
.scores .wide{width:26%;min-width:130px}.scores .figure{font-weight:700;font-size:17px}
.scores .paper{border-left:1px solid var(--line);text-align:left;color:var(--soft);padding-left:16px}.scores .paper b{color:var(--ink)}
.bar{display:block;width:100%;height:auto}.bar .track{fill:var(--line)}.bar .value{fill:var(--c0)}.bar .whisker{stroke:var(--ink);stroke-width:1;fill:none}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(330px,1fr));gap:16px}
.chart{margin:0;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 14px 10px;position:relative}
.chart figcaption{display:flex;justify-content:space-between;gap:10px;font-size:13.5px;font-weight:600;margin-bottom:4px;flex-wrap:wrap}
.what{cursor:help}.legend{display:flex;gap:12px;font-weight:400;font-size:12px;color:var(--soft)}
.legend i{display:inline-block;width:14px;height:3px;border-radius:2px;margin-right:5px;vertical-align:3px}
.chart svg{display:block;width:100%;height:auto;touch-action:none}
.reading{margin:4px 0 0;font-size:12px;color:var(--soft);min-height:2.9em;line-height:1.45;display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden}
.grid{stroke:var(--line);stroke-width:1}.tick{fill:var(--soft);font-size:10.5px}
.line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}.raw{fill:none;stroke-width:1;opacity:.32}.cursor{stroke:var(--soft);stroke-dasharray:2 3}
path.c0{stroke:var(--c0)}path.c1{stroke:var(--c1)}path.c2{stroke:var(--c2)}circle.c0,i.c0{fill:var(--c0);background:var(--c0)}circle.c1,i.c1{fill:var(--c1);background:var(--c1)}circle.c2,i.c2{fill:var(--c2);background:var(--c2)}
.tags{display:flex;flex-wrap:wrap;gap:6px 16px;align-items:center}.tags span{font-weight:600}
mark{background:var(--mark);color:inherit;border-radius:3px;padding:0 2px}
.pair{border-top:1px solid var(--line);padding:12px 0}.pair summary{cursor:pointer;font-weight:600;font-size:15.5px}
.gold{color:var(--soft);font-weight:400;margin-left:12px;font-size:13.5px}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(330px,1fr));gap:16px;margin-top:12px;align-items:start}
.trajectory{background:var(--card);border:1px solid var(--line);border-top:3px solid var(--answer);border-radius:10px;padding:12px 16px;overflow-wrap:anywhere}
.trajectory.wrong{border-top-color:var(--wrong)}
.trajectory header{display:flex;justify-content:space-between;gap:12px;font-size:13px;color:var(--soft);margin-bottom:8px}.trajectory header b{font-weight:500}
.verdict{font-weight:600;color:var(--answer)}.wrong .verdict{color:var(--wrong)}
.blocks p{margin:6px 0}.blocks i{display:inline-block;width:58px;font-style:normal;font-size:12px;color:var(--soft)}
.think{color:var(--think)}.search{color:var(--search)}.blocks .search{font-weight:600}.answer{color:var(--answer)}.blocks .answer{font-weight:700}.stray{color:var(--wrong);white-space:pre-wrap}
.blocks .read{background:var(--read);border-left:3px dashed var(--soft);border-radius:0 6px 6px 0;padding:6px 12px;margin:8px 0 8px 58px;font-size:13px;color:var(--soft)}
.tags .read{border-left:3px dashed var(--soft);padding-left:8px;color:var(--soft)}
.document b{font-weight:500;opacity:.7;margin-right:4px}.document u{text-decoration:none;color:var(--ink);font-weight:600;margin-right:4px}.document mark{color:var(--ink)}
.trajectory footer,.error{margin:8px 0 0;font-size:12px;color:var(--soft)}.error{color:var(--wrong)}
.origin table{font-size:13px}.origin th{text-align:left;font-weight:500;color:var(--soft);padding:2px 18px 2px 0;vertical-align:top;white-space:nowrap}.origin td{overflow-wrap:anywhere}
pre{font:12.5px/1.5 var(--mono);background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 16px;max-height:420px;overflow:auto;margin:0}
@media(max-width:700px){main{padding:24px 16px}.scores .wide,.scores td:nth-child(4){display:none}.scores thead th:nth-child(2),.scores thead th:nth-child(4){display:none}}
`
