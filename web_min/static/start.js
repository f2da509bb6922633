// Brings the design system's components to life: show password, error summary, skip link, the box that files are dropped
// on. Pages work without it.
import { initAll } from "./govuk/govuk-frontend.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// Parts that refresh.js has replaced are new to it.
document.addEventListener("replaced", (event) => initAll({ scope: event.target }));
