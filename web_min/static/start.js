// Brings the design system's components to life: show password, error summary, skip link. Pages work without it.
import { initAll } from "./govuk/govuk-frontend.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
