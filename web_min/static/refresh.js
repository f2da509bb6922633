// Keeps the page up to date: asks for it again and replaces the parts marked data-live that have changed.
// Without JavaScript the page is the same, as of when it was loaded.
"use strict";

const REQUEST_TIMEOUT_MS = 10000;
const BY_ITSELF = { "X-Refresh": "1" }; // so that a page that is left open does not keep its session alive

function isBeingUsed(part) {
  const selection = document.getSelection();
  return selection !== null && !selection.isCollapsed && part.contains(selection.anchorNode);
}

function replaceChanged(fresh) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const freshPart = fresh.getElementById(part.id);
    if (freshPart === null || isBeingUsed(part)) continue;
    if ("refreshSeconds" in freshPart.dataset) part.dataset.refreshSeconds = freshPart.dataset.refreshSeconds;
    if (part.innerHTML === freshPart.innerHTML) continue;
    const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    part.innerHTML = freshPart.innerHTML;
    part.dispatchEvent(new Event("replaced", { bubbles: true }));
    if (focused !== null) part.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }
}

async function refresh() {
  if (document.hidden) return;
  const stale = document.getElementById("stale");
  try {
    const response = await fetch(location.href, { headers: BY_ITSELF, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    if (response.redirected) return location.reload(); // nobody is signed in any more
    if (!response.ok) throw new Error(String(response.status));
    replaceChanged(new DOMParser().parseFromString(await response.text(), "text/html"));
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  }
}

function findSeconds() {
  return Number(document.getElementById("content")?.dataset.refreshSeconds || 0);
}

async function keepRefreshing() {
  while (findSeconds() > 0) {
    await new Promise((resolve) => setTimeout(resolve, findSeconds() * 1000));
    await refresh();
  }
}

document.addEventListener("visibilitychange", () => {
  if (findSeconds() > 0) refresh();
});
keepRefreshing();
