"""What is checked on every page that can be reached: by axe-core, and by rules of our own for what it does not look at."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
WHOLE = {"resultTypes": ["violations"]}
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
"""All that another scheme can change."""

OWN_RULES = """({target, least}) => {
  const faults = [], shown = e => { const b = e.getBoundingClientRect(), s = getComputedStyle(e); return b.width > 1 && b.height > 1 && s.visibility != 'hidden' && e.closest('details:not([open])') === null; };
  const name = e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + (e.className && e.className.baseVal === undefined ? '.' + e.className.trim().replace(/\\s+/g, '.') : '') + ' ' + (e.textContent || '').trim().slice(0, 20);
  for (const e of document.querySelectorAll('input, select, textarea')) {
    if (['hidden', 'submit'].includes(e.type)) continue;
    const label = [...(e.labels || [])].find(l => l.textContent.trim() && (l.closest('details:not([open])') || shown(l)));
    if (!label) faults.push('no visible label: ' + name(e));
  }
  const touched = 'main button, summary, main select, textarea, main input:not([type=hidden]):not([type=radio]):not([type=checkbox]), a.button, .doors a, a.switch';
  for (const e of document.querySelectorAll(touched)) {
    if (!shown(e)) continue;
    const b = e.getBoundingClientRect();
    if (b.height < target - 0.5) faults.push(`touched at ${Math.round(b.height)} px: ` + name(e));
  }
  for (const e of document.querySelectorAll('input[type=radio], input[type=checkbox]')) {
    const label = e.closest('label') || (e.labels || [])[0], row = e.closest('.radio, .choice, .check, li, label') || label;
    if (!label || !shown(label)) continue;
    const tall = Math.max(label.getBoundingClientRect().height, row ? row.getBoundingClientRect().height : 0);
    if (tall < target - 0.5) faults.push(`chosen at ${Math.round(tall)} px: ` + name(label));
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), seen = new Set();
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || seen.has(e) || !shown(e) || e.closest('svg, .sr, option, script')) continue;
    seen.add(e);
    const s = getComputedStyle(e), size = parseFloat(s.fontSize), line = parseFloat(s.lineHeight);
    if (size < least - 0.1) faults.push(`text of ${size} px: ` + name(e));
    if (line && ['p', 'li', 'td', 'dd'].includes(e.tagName.toLowerCase()) && line / size < 1.29) faults.push(`lines of ${(line / size).toFixed(2)}: ` + name(e));
  }
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) faults.push('scrolls sideways');
  if (document.querySelectorAll('h1').length != 1) faults.push(document.querySelectorAll('h1').length + ' headings of the first level');
  return [...new Set(faults)];
}"""
"""``target``: pixels of what is touched; ``least``: of text."""


BROKEN = """() => {
  const faults = [], word = /[A-Za-z]/, han = /\\p{Script=Han}/u;
  for (const h of document.querySelectorAll('h1, h2')) {
    const walker = document.createTreeWalker(h, NodeFilter.SHOW_TEXT), signs = [];
    while (walker.nextNode()) {
      const text = walker.currentNode;
      if (text.parentElement.closest('.sr')) continue;
      for (let at = 0; at < text.length; at++) {
        const range = document.createRange();
        range.setStart(text, at); range.setEnd(text, at + 1);
        const box = range.getClientRects()[0];
        signs.push({sign: text.data[at], box: box && box.width ? box : null});
      }
    }
    const size = parseFloat(getComputedStyle(h).fontSize), room = h.getBoundingClientRect().width;
    for (let at = 1; at < signs.length; at++) {
      const [before, after] = [signs[at - 1], signs[at]];
      if (!before.box || !after.box || after.box.top < before.box.top + size / 2) continue;
      let first = at, last = at;
      const same = [word, han].find(kind => kind.test(before.sign) && kind.test(after.sign));
      if (!same) continue;
      while (first > 0 && same.test(signs[first - 1].sign)) first--;
      while (last < signs.length && same.test(signs[last].sign)) last++;
      const run = signs.slice(first, last).map(each => each.sign).join('');
      if (same === word || run.length * size <= room) faults.push('a heading breaks inside ' + run);
    }
  }
  return [...new Set(faults)];
}"""
"""Headings that break inside an English word, or inside Chinese that would fit a line as a whole."""


def broken(page: Page) -> list[str]:
    """Headings that break where nobody who reads them aloud would."""
    faults: list[str] = page.evaluate(BROKEN)
    return faults


def violations(page: Page, rules: dict[str, Any]) -> list[str]:
    """What axe-core finds on the page as it stands."""
    if not page.evaluate("typeof axe != 'undefined'"):
        page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, rules)", rules)["violations"]
    return [
        f"axe {each['id']}: {node['html'][:140]} ({node.get('failureSummary', '')[-160:]})"
        for each in found
        for node in each["nodes"]
    ]


def own(page: Page, *, target: int, least: float) -> list[str]:
    """What our own rules find."""
    faults: list[str] = page.evaluate(OWN_RULES, {"target": target, "least": least})
    return faults
