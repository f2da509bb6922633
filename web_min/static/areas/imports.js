// Says at once that a file is too large, before it is sent. The server says the same without it.
"use strict";

function findForm(element) {
  return element.closest("form[data-limit-bytes]");
}

function isTooLarge(form) {
  const file = form.querySelector("input[type=file]").files[0];
  return file !== undefined && file.size > Number(form.dataset.limitBytes);
}

// Caught on its way down: the event of a dropped file does not rise.
document.addEventListener("change", (event) => {
  const form = findForm(event.target);
  if (form !== null) form.querySelector("[data-too-large]").hidden = !isTooLarge(form);
}, true);

document.addEventListener("submit", (event) => {
  const form = findForm(event.target);
  if (form !== null && isTooLarge(form)) event.preventDefault();
});
