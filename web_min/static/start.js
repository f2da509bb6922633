// Brings the design system's components to life: show password, error summary, skip link, the box that files are dropped
// on. Pages work without it.
import { initAll } from "./govuk/govuk-frontend.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
bringToLife(document.body);

// Parts that refresh.js has replaced are new to it.
document.addEventListener("replaced", (event) => bringToLife(event.target));

function bringToLife(scope) {
  initAll({ scope });
  // The box for files hides a comma among its words: its name must be what is seen, for those who speak to click.
  for (const comma of scope.querySelectorAll(".govuk-file-upload-button > .govuk-visually-hidden")) comma.textContent = "";
}
