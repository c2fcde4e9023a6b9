// Everything here is comfort: each page works without it (links, forms, POST).
'use strict';
{
  const $ = (s, el = document) => el.querySelector(s);
  const $$ = (s, el = document) => [...el.querySelectorAll(s)];
  const typing = () => /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName) &&
    !/^(checkbox|radio|submit|button)$/.test(document.activeElement.type);

  // Search palette: what is typed names rows, actions of this page and pages. The form
  // itself goes to the list, which opens what is named exactly.
  const palette = $('#palette');
  const box = palette && $('[type=search]', palette);
  const part = name => $(`#palette-${name}`);
  const shown = () => $$('li a', palette).filter(a => a.offsetParent);
  const words = () => box.value.trim().toLowerCase();
  let asking, later, answered = '';
  function fill(name, items) {
    part(name).hidden = !items.length;
    $('ul', part(name)).replaceChildren(...items.map(([label, note, key, url, act]) => {
      const li = document.createElement('li'), a = document.createElement('a');
      const add = (tag, text, look) => {
        if (text) a.append(Object.assign(document.createElement(tag), { textContent: text, className: look }), ' ');
      };
      a.href = url || '#';
      add('b', label, '');
      add('span', note, 'muted grow');
      add('kbd', key, 'end');
      if (act) a.addEventListener('click', e => { e.preventDefault(); palette.close(); act(); });
      li.append(a);
      return li;
    }));
  }
  function openPalette() {
    if (!palette || palette.open) return;
    const able = $$('main :is([data-key],[data-action])').filter(b =>
      b.offsetParent && !b.disabled && b.getAttribute('aria-disabled') !== 'true');
    fill('actions', able.map(b => [
      b.dataset.action || [...b.childNodes].filter(n => n.nodeName !== 'KBD').map(n => n.textContent).join(' ').trim(),
      '', (b.dataset.key || '').toUpperCase(), '', () => b.click()]));
    palette.showModal();
    if (box) { box.select(); narrow(); }
  }
  // Pages and actions that do not hold the words go; a mark shows what Enter will do.
  function narrow() {
    const text = words();
    $$('#palette-actions li, #palette-pages li').forEach(li => { li.hidden = text && !li.textContent.toLowerCase().includes(text); });
    ['actions', 'pages'].forEach(name => { part(name).hidden = !$('li:not([hidden])', part(name)); });
    part('keys').hidden = !!text;
    part('none').hidden = !text || answered !== text || shown().length > 0;
    $$('[aria-current]', palette).forEach(li => li.removeAttribute('aria-current'));
    direct()?.closest('li').setAttribute('aria-current', 'true');
  }
  function direct() {
    const text = words(), hits = $$('#palette-hits li a');
    if (text && hits.length === 1 && answered === text) return hits[0];
    const named = /^\p{L}{2,}/u.test(text) && !hits.length;
    return named ? shown().find(a => a.textContent.trim().toLowerCase().startsWith(text)) : undefined;
  }
  async function ask() {
    const text = words();
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = text ? await fetch(`${palette.dataset.hits}?q=${encodeURIComponent(box.value.trim())}`, { signal: asking.signal }) : null;
      const hits = answer?.ok ? (await answer.json()).hits : [];
      answered = text;
      fill('hits', hits.map(hit => [hit.label, hit.note, '', hit.url]));
      narrow();
    } catch (error) { if (error.name !== 'AbortError') fill('hits', []); }
  }
  $$('[data-open=palette]').forEach(b => b.addEventListener('click', e => { e.preventDefault(); openPalette(); }));
  if (palette) palette.addEventListener('keydown', e => {
    if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return;
    e.preventDefault();
    const links = shown(), at = links.indexOf(document.activeElement);
    (links[at + (e.key === 'ArrowDown' ? 1 : -1)] || box || links[0])?.focus();
  });
  if (palette) palette.addEventListener('click', e => { if (e.target === palette) palette.close(); });
  if (box) box.addEventListener('input', () => { narrow(); clearTimeout(later); later = setTimeout(ask, 80); });
  if (box) box.form.addEventListener('submit', e => {
    const link = direct();
    if (link) { e.preventDefault(); link.click(); }
  });

  // Keys of one letter can be switched off, for those who speak to their computer.
  const keysOff = () => document.body.dataset.keys === 'off';

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
    else if (e.key === '?') { e.preventDefault(); openPalette(); }
    else if (e.key === 'g') go = Date.now();
    else if (/^[1-9c]$/.test(e.key)) press(e.key);
  });

  // Copy; a disabled action explains itself instead of acting.
  document.addEventListener('click', e => {
    const c = e.target.closest('[data-copy]');
    if (c) {
      navigator.clipboard.writeText(c.dataset.copy);
      c.classList.add('copied');
      setTimeout(() => c.classList.remove('copied'), 1500);
    }
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
