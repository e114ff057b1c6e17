// Keeps the preview beside what is written; without this file the buttons Preview and Show the email do it.
"use strict";

const editor = document.getElementById("editor");
const preview = document.getElementById("preview");
const showBody = document.getElementById("show-body");
let waiting = 0;
let asked = 0;

async function refresh() {
  const number = ++asked;
  showBody?.form.requestSubmit(showBody);
  const answer = await fetch(editor.dataset.fragment, { method: "POST", body: new URLSearchParams(new FormData(editor)) });
  // An answer that a later one has overtaken is not shown, nor one that is no preview: the sign-in, for example.
  if (number === asked && answer.ok && !answer.redirected) {
    preview.innerHTML = await answer.text();
  }
}

editor.addEventListener("input", (event) => {
  if (["subject", "html", "text", "campaign"].includes(event.target.name)) {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 500);
  }
});
if (showBody) {
  showBody.hidden = true;
}
refresh();
