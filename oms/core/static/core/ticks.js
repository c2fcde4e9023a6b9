// Ticked rows: how many they are, and all of a page at once. Without it the boxes and
// the buttons below the list do the same, one by one.
'use strict';
{
  const form = document.querySelector('#changelist-form');
  const all = document.querySelector('#action-toggle');
  const said = document.querySelector('[data-ticked]');
  const boxes = () => [...form.querySelectorAll('.action-select')];
  const every = form?.querySelector('[name=all]');
  function tell() {
    const n = boxes().filter(b => b.checked).length;
    if (said) said.textContent = every?.checked ? '' : said.dataset.ticked.replace('0', n);
    if (all) {
      all.checked = n > 0 && n === boxes().length;
      all.indeterminate = n > 0 && n < boxes().length;
    }
  }
  if (form && all) {
    all.hidden = false;
    all.addEventListener('change', () => {
      boxes().forEach(b => { b.checked = all.checked; });
      tell();
    });
    form.addEventListener('change', tell);
    window.addEventListener('pageshow', tell);
    tell();
  }
}
