// How a listing looks: one page for all widths. Below 40em a row becomes two lines, the name and
// then the rest; nothing is left out. What moves, moves only for those who do not mind.

/** Of every listing. */
export const LISTING_STYLE = `
main{max-width:60rem;margin:0 auto;padding:2rem 1.25rem}
h1{font-size:1.35rem;font-weight:600;margin:0 0 1rem;overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse}
th{text-align:start;color:var(--soft);font-size:.85rem;font-weight:500}
th,td{padding:.4rem .5rem;border-bottom:1px solid var(--line);vertical-align:top}
tbody tr:hover{background:var(--hover)}
tbody tr:target{background:var(--mark)}
td:first-child{width:100%;overflow-wrap:anywhere;white-space:pre-wrap}
.directory{font-weight:600}
th:nth-child(n+2),td:nth-child(n+2){padding-inline-start:1.5rem;text-align:end;white-space:nowrap;font-variant-numeric:tabular-nums}
td:nth-child(n+2){color:var(--soft);font-size:.9rem}
@media(max-width:40em){
main{padding:1.25rem .75rem}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,tbody{display:block}
tr{display:flex;flex-wrap:wrap;justify-content:space-between;border-bottom:1px solid var(--line);padding:.35rem 0}
td,td:nth-child(n+2){border:0;padding:.1rem .25rem}
td:first-child{flex:0 0 100%}
td:empty{display:none}
}
`;

/** Of a listing that can be changed, and of the questions that it asks. */
export const CONTROLS_STYLE: string = `${LISTING_STYLE}
[hidden]{display:none!important}
button,.button,input,select{font:inherit;color:inherit}
button,.button,input[type=text],input:not([type]),select{padding:.35rem .8rem;border:1px solid var(--soft);border-radius:.4rem;background:var(--back)}
button,.button{display:inline-block;cursor:pointer}
button:hover,.button:hover{background:var(--hover);text-decoration:none}
button:disabled{opacity:.5;cursor:default}
.danger{color:var(--bad);border-color:currentColor}
.add{display:flex;flex-wrap:wrap;gap:.75rem;align-items:center;margin:0 0 1rem;padding:.75rem 1rem;border:1px dashed var(--soft);border-radius:.5rem}
.add form{display:flex;flex-wrap:wrap;gap:.5rem .75rem;align-items:center;margin:0;min-width:0}
.js .add .create{margin-inline-start:auto}
.pair{display:inline-flex;flex-wrap:wrap;gap:.25rem .5rem;align-items:center;min-width:0}
.pair input{max-width:100%}
.hint{color:var(--soft);font-size:.9rem;flex:1 1 100%;margin:0}
.dropping .add{background:var(--mark);border-style:solid;border-color:var(--link)}
.scripted{display:none}.js .scripted{display:inline-block}.js p.scripted{display:block}
.js .plain{display:none!important}
.js .pick{position:absolute;width:1px;height:1px;padding:0;overflow:hidden;clip-path:inset(50%)}
.js .pick:focus-visible+.button{outline:2px solid var(--link);outline-offset:2px}
.said{margin:0 0 1rem}.said:empty{margin:0}
.said p{margin:.25rem 0;padding:.4rem .75rem;border-inline-start:.25rem solid var(--link);background:var(--hover);overflow-wrap:anywhere}
.said .good{border-color:var(--good)}
.said .bad{border-color:var(--bad)}
.bad,.problem{color:var(--bad)}.problem:empty{display:none}
.jobs{margin:0 0 1rem;padding:.75rem 1rem;border:1px solid var(--line);border-radius:.5rem}
.jobs .total,.jobs li{display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:center;margin:0}
.jobs ol{list-style:none;margin:0;padding:0}
.jobs li{padding:.3rem 0;border-top:1px solid var(--line);font-size:.9rem}
.jobs .total:not(:last-of-type){margin-bottom:.5rem}
.jobs .total[hidden]+ol li:first-child{border-top:0}
.jobs .name,.jobs .tally{flex:1 1 12rem;overflow-wrap:anywhere}
.jobs .state{color:var(--soft);font-variant-numeric:tabular-nums}
.jobs .failed .state{color:var(--bad)}
.jobs .failed progress{display:none}
progress{width:8rem;height:.5rem;accent-color:var(--link)}
.acts button,.jobs li button{padding:0 .35rem;border-color:transparent;background:none;color:var(--link);font-size:.9rem}
.acts button:hover,.jobs li button:hover{text-decoration:underline}
.acts button+button{color:var(--bad)}
dialog{max-width:min(30rem,calc(100vw - 2rem));border:1px solid var(--line);border-radius:.6rem;padding:1.25rem;background:var(--back);color:var(--ink)}
dialog::backdrop{background:rgb(0 0 0/.45)}
dialog h2{font-size:1.1rem;margin:0 0 .75rem;overflow-wrap:anywhere}
dialog p,.question p{margin:.5rem 0}
dialog input:not([type]),.question input:not([type]){display:block;width:100%;margin-top:.25rem}
.choice{display:flex;flex-wrap:wrap;gap:.5rem;justify-content:flex-end;margin-top:1rem!important}
.question{max-width:34rem}
.fresh{background:var(--mark)}
@media(prefers-reduced-motion:no-preference){
.fresh{animation:fresh 3s ease-out forwards}
.add{transition:background .15s}
@keyframes fresh{to{background:transparent}}
}
@media(max-width:40em){
td.acts{margin-inline-start:auto;padding-inline:0}
.acts button{padding:.35rem .3rem;margin-block:-.35rem}
.add button,.add .button{padding-block:.5rem}
.add .create{flex:1 1 100%;margin:0}
.jobs .name,.jobs .tally{flex-basis:100%}
.jobs progress{flex:1 1 3rem;width:3rem}
.jobs .failed .state{flex:1}
.create .pair{flex:1 1 0}
.create .pair input{flex:1 1 4rem;width:4rem}
}
`;
