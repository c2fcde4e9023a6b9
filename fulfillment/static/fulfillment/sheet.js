// Comfort for the grid of a sheet: arrows and Enter go down the column, and what is
// copied from a spreadsheet fills the rows below the cursor.
'use strict';
{
  const form = document.getElementById('sheet');
  const column = field => [...form.querySelectorAll(`input[name^="${field.name.split('-')[0]}-"]:not([type=hidden])`)];
  const inGrid = field => /^(row|why)-/.test(field.name || '');
  if (form) {
    form.addEventListener('keydown', e => {
      const step = { ArrowDown: 1, ArrowUp: -1, Enter: 1 }[e.key];
      if (!step || !inGrid(e.target) || e.ctrlKey || e.metaKey) return;
      e.preventDefault();
      const fields = column(e.target);
      const next = fields[fields.indexOf(e.target) + step];
      if (next) next.select();
    });
    form.addEventListener('paste', e => {
      if (!inGrid(e.target)) return;
      const text = e.clipboardData.getData('text').replace(/[\r\n]+$/, '');
      if (!/[\t\n]/.test(text)) return;
      e.preventDefault();
      if (/\t/.test(text)) {  // SKU and number: the server knows which row is meant
        form.elements.paste.value = text;
        form.elements.paste.closest('details').open = true;
        form.elements.paste.focus();
        return;
      }
      const fields = column(e.target);
      const from = fields.indexOf(e.target);
      text.split(/\r?\n/).forEach((line, i) => { if (fields[from + i]) fields[from + i].value = line.trim(); });
    });
  }
}
