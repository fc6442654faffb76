// Makes the menu of the NHS.UK frontend fold on a narrow screen. Every page does all it does without this.
const frontend = document.querySelector("script[data-frontend]").dataset.frontend;
import(frontend).then(({ initAll }) => {
  // In one step: a menu that is to fold and has not folded yet is wider than a phone.
  document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
  initAll();
});
