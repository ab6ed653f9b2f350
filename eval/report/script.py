"""The only script of the page: it filters the list of calls; without it all of them are shown."""

from __future__ import annotations

import base64
import hashlib

SCRIPT = """
const form = document.getElementById("filtre");
const rest = document.getElementById("reste");
const calls = [...document.querySelectorAll("[data-search]")];
const apply = () => {
  const given = new FormData(form);
  const terms = [given.get("problem"), given.get("door"), ...given.get("words").toLowerCase().split(/\\s+/)];
  let shown = 0;
  for (const call of calls) {
    call.hidden = !terms.every((term) => call.dataset.search.includes(term));
    shown += !call.hidden;
  }
  if (rest && terms.some(Boolean)) rest.open = true;
  form.querySelector("output").value = `${shown} sur ${calls.length}`;
};
form.hidden = false;
form.addEventListener("input", apply);
form.addEventListener("submit", (event) => event.preventDefault());
apply();
"""


def policy() -> str:
    """What the page may do: nothing from outside, no script but this one."""
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'"
