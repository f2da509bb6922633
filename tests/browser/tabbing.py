"""Going through a page with the Tab key, to see that the keyboard reaches everything and that one sees where it is."""

from playwright.sync_api import Page

MOST_STOPS = 1000

# A control may show its focus itself, or on its label, as the design system's radios and checkboxes do.
REMEMBER_LOOKS = """() => {
  const wanted = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "backgroundColor", "borderColor"];
  const read = style => wanted.map(name => style[name]).join();
  window.lookOf = element => [
    read(getComputedStyle(element)),
    ...Array.from(element.labels ?? [], label => read(getComputedStyle(label, "::before"))),
  ].join("|");
  const controls = document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]");
  window.looksBefore = new Map(Array.from(controls, control => [control, window.lookOf(control)]));
  window.stops = new Set();
}"""
DESCRIBE_STOP = """() => {
  const element = document.activeElement;
  const isInside = element === window.lastStop;  // a date has more stops, which the browser itself shows
  if (element === document.body || (window.stops.has(element) && !isInside)) return null;
  window.stops.add(element);
  window.lastStop = element;
  return {
    name: element.outerHTML.slice(0, 120),
    isSeen: isInside || window.lookOf(element) !== window.looksBefore.get(element),
  };
}"""
FIND_MISSED = """() => Array.from(window.looksBefore.keys())
  .filter(control => control.tabIndex >= 0 && !window.stops.has(control) && control.checkVisibility())
  .filter(control => control.type !== "radio" && !control.disabled)
  .map(control => control.outerHTML.slice(0, 120))"""


def check_keyboard(page: Page) -> None:
    """Fail when Tab misses a control, or one looks the same with the focus as without; the page is as just loaded."""
    page.evaluate(REMEMBER_LOOKS)
    unseen = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(DESCRIBE_STOP)
        if stop is None:
            break
        if not stop["isSeen"]:
            unseen.append(stop["name"])
    assert unseen == [], f"on {page.url} the focus is not seen: {unseen}"
    missed = page.evaluate(FIND_MISSED)
    assert missed == [], f"on {page.url} the keyboard does not get to {missed}"
