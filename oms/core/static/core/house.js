// Everything here is comfort: each page works without it (links, forms, POST).
'use strict';
{
  const $ = (s, el = document) => el.querySelector(s);
  const $$ = (s, el = document) => [...el.querySelectorAll(s)];
  const typing = () => /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName) &&
    !/^(checkbox|radio|submit|button)$/.test(document.activeElement.type);

  // Search palette: a search that goes to the list, and the pages by name.
  const palette = $('#palette');
  const box = palette && $('[type=search]', palette);
  function openPalette() {
    if (!palette || palette.open) return;
    palette.showModal();
    if (box) box.select();
  }
  $$('[data-open=palette]').forEach(b => b.addEventListener('click', e => { e.preventDefault(); openPalette(); }));
  if (palette) palette.addEventListener('keydown', e => {
    if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return;
    e.preventDefault();
    const links = $$('a', palette), at = links.indexOf(document.activeElement);
    (links[at + (e.key === 'ArrowDown' ? 1 : -1)] || box || links[0]).focus();
  });
  if (palette) palette.addEventListener('click', e => { if (e.target === palette) palette.close(); });

  // Keys of one letter can be switched off, for those who speak to their computer.
  const keysOff = () => localStorage.getItem('keys') === 'off';
  const keysBox = $('#single-keys');
  if (keysBox) {
    keysBox.checked = !keysOff();
    keysBox.addEventListener('change', () => localStorage.setItem('keys', keysBox.checked ? 'on' : 'off'));
  }

  // Rows: J, K, X. The focused link carries the row mark (:focus-within).
  function move(step) {
    const rows = $$('table.list tbody tr, #result_list tbody tr').filter(r => $('a', r));
    const at = rows.findIndex(r => r.contains(document.activeElement));
    const row = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    if (row) { $('a', row).focus(); row.scrollIntoView({ block: 'nearest' }); }
  }

  let go = 0;
  const press = key => $(`[data-key="${key}"]:not([disabled]):not([aria-disabled=true])`)?.click();
  document.addEventListener('keydown', e => {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') { e.preventDefault(); return openPalette(); }
    if (e.ctrlKey && e.key === 'Enter' && e.target.form) return e.target.form.requestSubmit();
    if (typing() || keysOff() || e.ctrlKey || e.metaKey || e.altKey || (palette && palette.open)) return;
    if (Date.now() - go < 1000 && /^[a-z]$/.test(e.key)) { go = 0; $(`[data-go=${e.key}]`)?.click(); }
    else if (e.key === 'j') move(1);
    else if (e.key === 'k') move(-1);
    else if (e.key === 'x') document.activeElement.closest('tr')?.querySelector('[type=checkbox]')?.click();
    else if (e.key === '/') { const f = $('#filter, #searchbar'); if (f) { e.preventDefault(); f.focus(); } }
    else if (e.key === '?') openPalette();
    else if (e.key === 'g') go = Date.now();
    else if (/^[1-9]$/.test(e.key)) press(e.key);
  });

  // Copy; a disabled action explains itself instead of acting.
  document.addEventListener('click', e => {
    const c = e.target.closest('[data-copy]');
    if (c) navigator.clipboard.writeText(c.dataset.copy);
    if (e.target.closest('[aria-disabled=true]')) e.preventDefault();
  });

  // One submit per form. A download leaves the page standing, so the button comes back.
  document.addEventListener('submit', e => {
    const b = e.submitter;
    if (e.defaultPrevented || !b || e.target.method !== 'post' || e.target.matches('[data-scan]')) return;
    const free = busy => { b.disabled = busy; b.toggleAttribute('aria-busy', busy); };
    setTimeout(() => free(true));
    setTimeout(() => free(false), 5000);
  });
}
