// Copies the text of the element a button names; without this file the text can still be selected by hand.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  const word = button.querySelector("[data-copy-word]");
  const atRest = word.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    word.textContent = (await copied(source)) ? "Copied" : "Press Ctrl+C";
    setTimeout(() => { word.textContent = atRest; }, 2500);
  });
}

async function copied(source) {
  try {
    // The clipboard is there on https and localhost alone; elsewhere the browser's older way does it.
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    return true;
  } catch {
    select(source);
    return document.execCommand("copy");
  }
}

function select(source) {
  if (source.select) {
    source.select();
  } else {
    getSelection().selectAllChildren(source);
  }
}
