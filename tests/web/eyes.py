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
